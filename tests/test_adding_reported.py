"""A long addition tells how far it is, as a stream of events."""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.embedding import Vectors
from index.library import Library
from index.spans import Span
from qa.answering import Answerer
from served import served
from test_admission import until
from three_texts import HARBOUR, RAIN, STORM, WORDS, document
from word_embedder import WordEmbedder

DOCUMENTS = "/v1/documents"
EVENTS = {"accept": "text/event-stream"}
TEXTS = (STORM, RAIN, HARBOUR)
STAGE = "Embedding passages"


class SteppingEmbedder(WordEmbedder):
    """Embeds each text's passages once its gate is open."""

    def __init__(self) -> None:
        super().__init__(*WORDS)
        self.gates = {text: threading.Event() for text in TEXTS}
        self.open()

    def open(self) -> None:
        for gate in self.gates.values():
            gate.set()

    def shut(self) -> None:
        for gate in self.gates.values():
            gate.clear()

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        assert all(gate.wait(30) for whole, gate in self.gates.items() if text in whole)
        return super().embed_passage(text, sentences, context=context)


@pytest.fixture
def embedder() -> SteppingEmbedder:
    return SteppingEmbedder()


@pytest.fixture
def app(tmp_path: Path, embedder: SteppingEmbedder) -> FastAPI:
    return create_app(Settings(data=tmp_path), opener=lambda _: Answerer(Library.local(tmp_path, embedder)))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        yield opened


def lines(*texts: str) -> dict[str, Any]:
    """A file of JSON lines as a form's."""
    return {"file": ("a.jsonl", "\n".join(json.dumps({"text": text}) for text in texts).encode())}


def told(body: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream: their names and data."""
    events = []
    for one in body.split("\n\n")[:-1]:
        name, data = (line.partition(": ")[2] for line in one.split("\n"))
        events.append((name, json.loads(data)))
    return events


def test_each_document_is_an_event_and_the_answer_is_the_last(client: TestClient) -> None:
    answer = client.post(DOCUMENTS, files=lines(*TEXTS), headers=EVENTS)
    *progress, (name, body) = told(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert progress == [("progress", {"stage": STAGE, "done": done, "total": 3}) for done in (0, 1, 2, 3)]
    again = client.post(DOCUMENTS, files=lines(*TEXTS))
    assert (name, body, again.status_code) == ("added", again.json(), 200)
    assert told(client.post(DOCUMENTS, files=lines(*TEXTS), headers=EVENTS).text)[-1] == ("unchanged", body)


def test_who_names_json_before_events_gets_json(client: TestClient) -> None:
    accept = {"accept": "application/json, text/event-stream, */*"}
    answer = client.post(DOCUMENTS, files=lines(*TEXTS), headers=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")


def test_events_come_while_it_works(app: FastAPI, embedder: SteppingEmbedder) -> None:
    embedder.shut()
    gates = iter([*embedder.gates.values(), threading.Event(), threading.Event()])
    seen = []
    with (
        served(app) as url,
        httpx2.stream("POST", f"{url}{DOCUMENTS}", files=lines(*TEXTS), headers=EVENTS) as answer,
    ):
        for line in answer.iter_lines():
            if line.startswith("data"):
                seen.append(json.loads(line.removeprefix("data: ")).get("done"))
                next(gates).set()  # the next one is embedded once this was heard of
    assert seen == [0, 1, 2, 3, None]


@pytest.mark.parametrize(
    ("texts", "status", "kind"), [((STORM, " "), 422, "broken-file"), ((), 422, "unreadable-file")]
)
def test_what_goes_wrong_at_work_is_an_event_with_the_problem(
    client: TestClient, texts: tuple[str, ...], status: int, kind: str
) -> None:
    plain = client.post(DOCUMENTS, files=lines(*texts), headers={"x-request-id": "mine"})
    answer = client.post(DOCUMENTS, files=lines(*texts), headers={**EVENTS, "x-request-id": "mine"})
    assert told(answer.text) == [("failed", plain.json())]
    assert (plain.status_code, plain.json()["type"]) == (status, f"urn:pincite:problem:{kind}")
    assert client.get(DOCUMENTS).json()["documents"] == []
    assert client.post(DOCUMENTS, json={"text": STORM}).status_code == 201  # nobody holds the turn to write


@pytest.mark.parametrize("sent", [{"json": {"txt": STORM}}, {"files": {"file": ("a.xyz", b"x")}}])
def test_a_body_that_is_not_as_described_is_an_event_too(client: TestClient, sent: dict[str, Any]) -> None:
    headers = {"x-request-id": "mine"}
    plain = client.post(DOCUMENTS, **sent, headers=headers)
    assert told(client.post(DOCUMENTS, **sent, headers={**EVENTS, **headers}).text) == [("failed", plain.json())]


def test_what_cannot_be_begun_is_answered_as_ever(client: TestClient) -> None:
    answer = client.post(DOCUMENTS, content=b"x", headers={**EVENTS, "content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:pincite:problem:wrong-content-type")


def test_a_client_that_goes_away_leaves_all_of_it_or_nothing_and_no_turn_taken(
    app: FastAPI, embedder: SteppingEmbedder
) -> None:
    embedder.shut()
    with served(app) as url, httpx2.Client(base_url=url) as other:
        with httpx2.stream("POST", f"{url}{DOCUMENTS}", files=lines(*TEXTS), headers=EVENTS) as answer:
            assert next(answer.iter_lines()) == "event: progress"
        other.get("/healthz")
        assert other.get(DOCUMENTS).json()["documents"] == []
        embedder.open()
        until(lambda: other.get(DOCUMENTS).json()["documents"] != [])
        assert [one["id"] for one in other.get(DOCUMENTS).json()["documents"]] == [
            document(text).id for text in TEXTS
        ]
        assert other.post(DOCUMENTS, json={"text": "Snow."}).status_code == 201


def test_the_service_ends_only_once_what_was_begun_is_written(
    app: FastAPI, embedder: SteppingEmbedder, tmp_path: Path
) -> None:
    embedder.shut()
    with served(app) as url:
        with httpx2.stream("POST", f"{url}{DOCUMENTS}", files=lines(*TEXTS), headers=EVENTS) as answer:
            assert next(answer.iter_lines()) == "event: progress"
        timer = threading.Timer(0.3, embedder.open)
        timer.start()
    timer.join()
    reopened = Library.local(tmp_path, embedder)
    assert reopened.document_count == 3
    reopened.close()


def test_one_that_was_done_is_told_at_once(client: TestClient) -> None:
    headers = {**EVENTS, "idempotency-key": "a"}
    first, again = (told(client.post(DOCUMENTS, files=lines(*TEXTS), headers=headers).text) for _ in range(2))
    assert (len(first), again) == (5, [first[-1]])
    assert first[-1][0] == "added"
