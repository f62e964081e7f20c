"""A request with an Idempotency-Key is done once, however often it is sent."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.database import DATABASE
from index.embedding import Vectors
from index.library import Library
from index.spans import Span
from qa.answering import Answerer
from test_keys import kept
from three_texts import HARBOUR, RAIN, STORM, WORDS, document
from word_embedder import WordEmbedder

DOCUMENTS = "/v1/documents"
KEY = "Idempotency-Key"
TEXT = {"text": STORM, "title": "Log", "metadata": {"page": 7}}


class GatedEmbedder(WordEmbedder):
    """Embeds passages once its gate is open, and says that it is about to."""

    def __init__(self) -> None:
        super().__init__(*WORDS, max_tokens=9)
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        self.begun.set()
        assert self.gate.wait(30)
        return super().embed_passage(text, sentences, context=context)


@contextmanager
def service(folder: Path, embedder: WordEmbedder, keys: Path | None = None) -> Iterator[TestClient]:
    app = create_app(
        Settings(data=folder, api_keys_file=keys), opener=lambda _: Answerer(Library.local(folder, embedder))
    )
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        yield opened


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path, GatedEmbedder()) as opened:
        yield opened


def send(client: TestClient, key: str, text: str = STORM, **headers: str) -> Response:
    return client.post(DOCUMENTS, json={**TEXT, "text": text}, headers={KEY: key, **headers})


def kind(answer: Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:pincite:problem:")


def said(answer: Response) -> tuple[int, bytes, str, str]:
    return answer.status_code, answer.content, answer.headers["etag"], answer.headers["location"]


@pytest.mark.parametrize("again", ["a-1", '"a-1"'])
def test_the_same_request_again_is_answered_the_same_and_adds_nothing(client: TestClient, again: str) -> None:
    """Without the key it would be answered 200: it was there already."""
    first = send(client, "a-1")
    version = client.get("/readyz").json()
    second = send(client, again)
    assert said(second) == said(first)
    assert (first.status_code, client.get("/readyz").json()) == (201, version)
    assert send(client, "another").status_code == 200


def test_it_is_answered_the_same_after_the_service_began_anew(tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        with service(tmp_path, GatedEmbedder()) as client:
            answers.append(said(send(client, "a")))
    assert (answers[0][0], answers[0]) == (201, answers[1])


def test_a_file_is_the_same_in_whatever_form_it_comes(client: TestClient) -> None:
    raw = "\n".join(json.dumps({"text": text}) for text in (STORM, RAIN))
    file = f'form-data; name="file"; filename="a.jsonl"\r\n\r\n{raw}'
    fields = ['form-data; name="source"\r\n\r\nship', 'form-data; name="metadata"\r\n\r\n{"year": 1911}']
    forms = [form("one", [file, *fields]), form("other", [*reversed(fields), file])]
    answers = [
        client.post(
            DOCUMENTS,
            content=sent.encode(),
            headers={KEY: "a", "content-type": f"multipart/form-data; boundary={boundary}"},
        )
        for sent, boundary in zip(forms, ("one", "other"), strict=True)
    ]
    assert said(answers[0]) == said(answers[1])
    assert (answers[0].status_code, len(answers[0].json()["also"])) == (201, 1)


def form(boundary: str, parts: Sequence[str]) -> str:
    """A form as a client might write it."""
    written = [f"--{boundary}\r\nContent-Disposition: {part}\r\n" for part in parts]
    return "".join([*written, f"--{boundary}--\r\n"])


@pytest.mark.parametrize(
    ("name", "raw", "fields"),
    [
        ("b.txt", STORM, {}),
        ("a.txt", RAIN, {}),
        ("a.txt", STORM, {"title": "Log"}),
        ("a.txt", STORM, {"url": "http://a"}),
    ],
)
def test_another_file_under_the_same_key_is_refused_and_not_added(
    client: TestClient, name: str, raw: str, fields: dict[str, str]
) -> None:
    first = client.post(DOCUMENTS, files={"file": ("a.txt", STORM.encode())}, headers={KEY: "a"})
    other = client.post(DOCUMENTS, files={"file": (name, raw.encode())}, data=fields, headers={KEY: "a"})
    assert (first.status_code, kind(other)) == (201, (422, "key-used-before"))
    assert [one["id"] for one in client.get(DOCUMENTS).json()["documents"]] == [document(STORM).id]


def test_while_the_first_is_under_way_the_second_is_refused_and_others_are_not(tmp_path: Path) -> None:
    embedder = GatedEmbedder()
    with service(tmp_path, embedder) as client, ThreadPoolExecutor() as threads:
        embedder.gate.clear()
        embedder.begun.clear()
        first = threads.submit(send, client, "a")
        assert embedder.begun.wait(30)
        assert kind(send(client, '"a"')) == (409, "key-in-use")
        other = threads.submit(send, client, "b", RAIN)
        embedder.gate.set()
        assert (first.result().status_code, other.result().status_code) == (201, 201)
        assert said(send(client, "a")) == said(first.result())


def test_one_that_failed_may_be_sent_again_mended(client: TestClient) -> None:
    assert send(client, "a", " ").status_code == 422
    assert send(client, "a").status_code == 201


def test_what_was_removed_since_is_not_brought_back(client: TestClient, tmp_path: Path) -> None:
    """Nor is anything of it kept: the receipt holds its id alone."""
    added = send(client, "a", HARBOUR).json()
    client.delete(f"{DOCUMENTS}/{added['id']}")
    assert kind(send(client, "a", HARBOUR)) == (410, "no-longer-there")
    assert client.get(DOCUMENTS).json()["documents"] == []
    with sqlite3.connect(tmp_path / DATABASE) as database:
        rows = database.execute("SELECT documents, notes FROM receipts").fetchall()
    database.close()
    assert rows == [(f'["{added["id"]}"]', "[]")]
    assert send(client, "b", HARBOUR).status_code == 201


def test_a_key_is_its_client_s_own(tmp_path: Path) -> None:
    secrets = [kept(tmp_path / "keys", role="write", name=name)[0] for name in ("one", "other")]
    with service(tmp_path, GatedEmbedder(), tmp_path / "keys") as client:
        answers = [
            send(client, "a", text, Authorization=f"Bearer {secret}")
            for secret in secrets
            for text in (STORM, STORM)
        ]
        other = send(client, "a", RAIN, Authorization=f"Bearer {secrets[1]}")
    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert kind(other) == (422, "key-used-before")


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        ("x" * 255, True),
        ('"' + "x" * 255 + '"', True),
        ("!#$[]~", True),
        ("x" * 256, False),
        ("", False),
        ('""', False),
        ('"x', False),
        ("a b", False),
        ("a\\b", False),
        ("é", False),
    ],
)
def test_a_key_that_is_none_is_said_to_be_none(client: TestClient, key: str, taken: bool) -> None:
    answer = client.post(DOCUMENTS, json=TEXT, headers={KEY: key.encode("latin-1")})
    if taken:
        assert answer.status_code == 201
    else:
        assert kind(answer) == (422, "bad-request")
        assert answer.json()["errors"][0]["where"] == "header.Idempotency-Key"
