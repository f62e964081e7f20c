"""Documents are added, replaced and removed over HTTP."""

import hashlib
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from filelock import FileLock
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.describe import description
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.library import Library
from made_files import pdf
from qa.answering import Answerer
from served import served
from three_texts import HARBOUR, RAIN, STORM, document, words

DOCUMENTS = "/v1/documents"
UNKNOWN = f"{DOCUMENTS}/0123456789abcdef"
JSON = {"content-type": "application/json"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The real application over an empty library, taking 0.1 MB at most."""
    settings = Settings(data=tmp_path, max_document_mb=0.1)
    return create_app(settings, opener=lambda _: Answerer(Library.local(tmp_path, words())))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        yield opened


def listed(client: TestClient) -> list[str]:
    """The ids of all documents."""
    return [one["id"] for one in client.get(DOCUMENTS).json()["documents"]]


def found(client: TestClient, question: str) -> list[str]:
    """The documents of the passages that a search returns."""
    passages = client.post("/v1/search", json={"question": question}).json()["passages"]
    return [one["citation"]["document_id"] for one in passages]


def test_a_text_is_added_once_and_found(client: TestClient) -> None:
    sent: dict[str, Any] = {"text": STORM, "title": "Log", "source": "ship", "url": "https://ship.example/log"}
    sent["metadata"] = {"date": "1911-05-02", "page": 7}
    first, again = client.post(DOCUMENTS, json=sent), client.post(DOCUMENTS, json={"text": STORM})
    storm = document(STORM)
    assert first.json() == {
        "id": storm.id, "title": "Log", "source": "ship", "sha256": storm.sha256, "length": len(STORM),
        "passages": 1, "media_type": "text/plain", "original_sha256": storm.sha256, "also": [], "notes": [],
        "metadata": {"date": "1911-05-02", "page": 7},
    }  # fmt: skip
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert first.headers["location"] == again.headers["location"] == f"{DOCUMENTS}/{storm.id}"
    shown = client.get(first.headers["location"])
    assert shown.headers["etag"] == first.headers["etag"] == again.headers["etag"]
    assert client.get(f"{DOCUMENTS}/{storm.id}/text").content.decode() == STORM
    [passage] = client.post("/v1/search", json={"question": "What broke the mast?"}).json()["passages"]
    assert (passage["citation"]["document_title"], passage["citation"]["url"]) == ("Log", sent["url"])


def test_a_text_without_a_title_has_its_first_line(client: TestClient) -> None:
    titles = [
        client.post(DOCUMENTS, json={"text": text}).json()["title"]
        for text in ("\n  A  first line \nand another.", "word " * 100, HARBOUR)
    ]
    assert titles == ["A first line", f"{'word ' * 15}word…", "The harbour master wrote to the crew."]


def test_a_file_is_read_by_the_ending_of_its_name(client: TestClient) -> None:
    raw = pdf(["The storm broke the mast."], [], ["The crew slept."])
    first = client.post(DOCUMENTS, files={"file": ("log.pdf", raw)})
    body = first.json()
    assert (first.status_code, body["title"], body["source"]) == (201, "log.pdf", "log.pdf")
    assert (body["media_type"], body["notes"]) == ("application/pdf", ["1 of 3 pages without text"])
    assert body["original_sha256"] == hashlib.sha256(raw).hexdigest()
    again = client.post(DOCUMENTS, files={"file": ("other.pdf", raw)}, data={"title": "Other"})
    assert (again.status_code, again.json()) == (200, {**body, "notes": []})
    [passage, *_] = client.post("/v1/search", json={"question": "What did the crew do?"}).json()["passages"]
    assert passage["sentence"]["page"] == 3


def test_the_fields_of_a_form_say_what_the_file_does_not(client: TestClient) -> None:
    fields = {"title": "Log", "source": "ship", "url": "https://ship.example/log", "metadata": '{"year": 1911}'}
    body = client.post(DOCUMENTS, files={"file": ("a.txt", STORM.encode("utf-16"))}, data=fields).json()
    assert (body["title"], body["source"], body["notes"]) == ("Log", "ship", ["read as utf_16"])
    assert body["metadata"] == {"year": 1911}


def test_a_file_of_several_documents_is_answered_with_all_of_them(client: TestClient) -> None:
    raw = "\n".join(json.dumps({"text": text}) for text in (STORM, RAIN, HARBOUR)).encode()
    client.post(DOCUMENTS, json={"text": RAIN})
    first = client.post(DOCUMENTS, files={"file": ("a.jsonl", raw)})
    ids = [first.json()["id"], *(one["id"] for one in first.json()["also"])]
    assert (first.status_code, ids) == (201, [document(text).id for text in (STORM, RAIN, HARBOUR)])
    assert [one["source"] for one in first.json()["also"]] == ["text", "a.jsonl#3"]
    assert client.post(DOCUMENTS, files={"file": ("a.jsonl", raw)}).status_code == 200
    refused = client.post(DOCUMENTS, files={"file": ("b.jsonl", raw + b"\n")}, data={"title": "One for all"})
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:pincite:problem:bad-form")


@pytest.mark.parametrize("raw", [b"", b"\n\n"])
def test_a_file_of_no_document_is_refused(client: TestClient, raw: bytes) -> None:
    answer = client.post(DOCUMENTS, files={"file": ("a.jsonl", raw)})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pincite:problem:unreadable-file")
    assert answer.json()["detail"] == "a.jsonl holds no document"


def test_a_file_with_one_wrong_document_adds_none(client: TestClient) -> None:
    raw = json.dumps({"text": STORM}).encode() + b"\n{}"
    assert client.post(DOCUMENTS, files={"file": ("a.jsonl", raw)}).status_code == 422
    assert listed(client) == []


@pytest.mark.parametrize(
    ("name", "source", "title"),
    [
        ("../../etc/passwd", "../../etc/passwd", "passwd"),
        ("/etc/passwd.txt", "/etc/passwd.txt", "passwd.txt"),
        ("..", "..", ".."),
        ("a\x1b[31m\u2028b.txt", "a\ufffd[31m\ufffdb.txt", "a\ufffd[31m\ufffdb.txt"),
        ("日本 👩‍👧.txt", "日本 👩‍👧.txt", "日本 👩‍👧.txt"),
        (f"{'x' * 900}.txt", f"{'x' * 900}.txt", f"{'x' * 251}.txt"),
    ],
)
def test_a_name_is_only_a_name(client: TestClient, name: str, source: str, title: str) -> None:
    body = client.post(DOCUMENTS, files={"file": (name, STORM.encode())}).json()
    assert (body["source"], body["title"]) == (source, title)
    assert client.get(f"{DOCUMENTS}/{body['id']}/text").content.decode() == STORM


def test_a_document_is_replaced_at_its_place_and_the_old_one_is_gone(client: TestClient) -> None:
    old = client.post(DOCUMENTS, json={"text": STORM}).headers["location"]
    done = client.put(old, files={"file": ("rain.txt", RAIN.encode())})
    assert (done.status_code, done.headers["location"]) == (200, f"{DOCUMENTS}/{document(RAIN).id}")
    assert (done.json()["title"], listed(client)) == ("rain.txt", [document(RAIN).id])
    assert client.get(old).status_code == client.put(old, json={"text": STORM}).status_code == 404
    assert found(client, "What broke the mast?") == [document(RAIN).id]


def test_the_same_text_keeps_its_id_and_takes_the_new_title(client: TestClient) -> None:
    first = client.post(DOCUMENTS, json={"text": STORM, "title": "Log"})
    form = {"files": {"file": ("a.txt", STORM.encode())}, "data": {"title": "The log"}}
    done = client.put(first.headers["location"], **form)
    assert (done.status_code, done.headers["location"]) == (200, first.headers["location"])
    assert done.headers["etag"] != first.headers["etag"]
    assert client.get(first.headers["location"]).json()["title"] == "The log"


def test_a_removed_document_is_found_no_more(client: TestClient) -> None:
    storm = client.post(DOCUMENTS, json={"text": STORM}).headers["location"]
    client.post(DOCUMENTS, json={"text": RAIN})
    done = client.delete(storm)
    assert (done.status_code, done.content, done.headers.get("content-type")) == (204, b"", None)
    assert client.delete(storm).status_code == client.get(storm).status_code == 404
    assert found(client, "What broke the mast?") == listed(client) == [document(RAIN).id]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_that_means_another_state_is_refused(client: TestClient, method: str) -> None:
    place = client.post(DOCUMENTS, json={"text": STORM}).headers["location"]
    body: dict[str, Any] = {"json": {"text": RAIN}} if method == "PUT" else {}
    text = client.get(f"{place}/text").headers["etag"]
    for wrong in ('"x"', f"W/{text}", "", "nonsense", '"x", "y"'):
        refused = client.request(method, place, headers={"If-Match": wrong}, **body)
        assert (refused.status_code, refused.json()["type"]) == (412, "urn:pincite:problem:precondition-failed")
    assert listed(client) == [document(STORM).id]
    assert client.request(method, place, headers={"If-Match": f'"x", {text}'}, **body).is_success


@pytest.mark.parametrize("tag", ["*", "own"])
def test_a_change_that_means_this_state_is_made(client: TestClient, tag: str) -> None:
    added = client.post(DOCUMENTS, json={"text": STORM})
    given = {"If-Match": added.headers["etag"] if tag == "own" else tag}
    assert client.delete(added.headers["location"], headers=given).status_code == 204


@pytest.mark.parametrize("part", ["", "/text"])
def test_what_the_client_has_is_not_sent_again(client: TestClient, part: str) -> None:
    place = client.post(DOCUMENTS, json={"text": STORM}).headers["location"] + part
    tag = client.get(place).headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        known = client.get(place, headers={"If-None-Match": given})
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert client.get(place, headers={"If-None-Match": '"x"'}).status_code == 200


LARGE = b"x" * 100_001
FORM = {"content-type": "multipart/form-data; boundary=b"}
REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", DOCUMENTS, {"json": {"text": " "}}, 422, "there is no text in it"),
    ("POST", DOCUMENTS, {"json": {"text": "a\0b", "titel": "T"}}, 422, "body.titel: Extra inputs"),
    ("POST", DOCUMENTS, {"json": {"title": "T"}}, 422, "body.text: Field required"),
    ("POST", DOCUMENTS, {"json": {"text": STORM, "url": "javascript:alert(1)"}}, 422, "body.url"),
    ("POST", DOCUMENTS, {"json": {"text": STORM, "title": ""}}, 422, "body.title"),
    ("POST", DOCUMENTS, {"json": {"text": STORM, "metadata": {"a": {"b": 1}}}}, 422, "metadata 'a' is an object"),
    ("POST", DOCUMENTS, {"files": {"file": ("a.txt", b"x")}, "data": {"metadata": "{"}}, 422, "body.metadata"),
    ("POST", DOCUMENTS, {"files": {"file": ("a.txt", b"x")}, "data": {"metadata": "[1]"}}, 422, "body.metadata"),
    ("POST", DOCUMENTS, {"content": b'{"text": "\\ud800"}', "headers": JSON}, 400, "not valid JSON"),
    ("POST", DOCUMENTS, {"content": b"[" * 50_000, "headers": JSON}, 400, "not valid JSON"),
    ("POST", DOCUMENTS, {"content": b"", "headers": JSON}, 400, "not valid JSON"),
    ("POST", DOCUMENTS, {"content": b"", "headers": FORM}, 400, "no file in its field 'file'"),
    ("POST", DOCUMENTS, {"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400, "boundary"),
    ("POST", DOCUMENTS, {"content": b"--c", "headers": FORM}, 400, "cannot be read"),
    ("POST", DOCUMENTS, {"files": {"document": ("a.txt", b"x")}}, 400, "no file in its field 'file'"),
    ("POST", DOCUMENTS, {"files": [("file", ("a.txt", b"x"))] * 2}, 400, "Too many files"),
    ("POST", DOCUMENTS, {"files": {"file": ("a.txt", b"x")}, "data": {"titel": "T"}}, 422, "body.titel"),
    ("POST", DOCUMENTS, {"files": {"file": ("a.exe", b"x")}}, 415, "no reader for files that end in '.exe'"),
    ("POST", DOCUMENTS, {"content": b"x"}, 415, "content type is ''"),
    ("POST", DOCUMENTS, {"data": {"text": "x"}}, 415, "'application/x-www-form-urlencoded'"),
    ("POST", DOCUMENTS, {"content": LARGE, "headers": JSON}, 413, "larger than 0.1 MB"),
    ("POST", DOCUMENTS, {"files": {"file": ("a.txt", LARGE)}}, 413, "larger than 0.1 MB"),
    ("PUT", UNKNOWN, {"json": {"text": STORM}}, 404, "no document '0123456789abcdef'"),
    ("PUT", f"{DOCUMENTS}/x", {"json": {"text": STORM}}, 422, "path.document_id"),
    ("DELETE", UNKNOWN, {}, 404, "no document '0123456789abcdef'"),
    ("DELETE", f"{DOCUMENTS}/x", {}, 422, "path.document_id"),
    ("POST", "/v1/ask", {"content": b"x" * 1_000_001, "headers": JSON}, 413, "larger than 1 MB"),
    ("POST", "/v1/verify", {"content": b"x" * 1_000_001, "headers": JSON}, 413, "larger than 1 MB"),
]


def said(response: httpx2.Response, path: Path) -> str:
    """What a problem says is wrong, once it was seen to show nothing of the inside."""
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["remedy"]
    for inside in ("Traceback", "site-packages", str(path)):
        assert inside not in response.text
    return str(response.json()["detail"])


@pytest.mark.parametrize(("method", "path", "sent", "status", "detail"), REFUSED)
def test_what_cannot_be_done_is_refused_and_nothing_changes(
    client: TestClient, tmp_path: Path, method: str, path: str, sent: dict[str, Any], status: int, detail: str
) -> None:
    client.post(DOCUMENTS, json={"text": RAIN})
    before = client.get(DOCUMENTS).json()
    response = client.request(method, path, **sent)
    assert (response.status_code, detail in said(response, tmp_path)) == (status, True), response.text
    assert client.get(DOCUMENTS).json() == before


@pytest.mark.parametrize("sent", [{"headers": JSON}, {"headers": FORM}], ids=["JSON", "form"])
def test_a_body_of_unknown_length_is_refused_once_it_is_too_long(client: TestClient, sent: dict[str, Any]) -> None:
    parts = 0

    def endless() -> Iterator[bytes]:
        nonlocal parts
        yield b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while parts < 1000:
            parts += 1
            yield b"x" * 1000

    response = client.post(DOCUMENTS, content=endless(), **sent)
    assert (response.status_code, response.json()["type"]) == (413, "urn:pincite:problem:body-too-large")
    assert listed(client) == []


def test_questions_are_answered_while_others_wait_to_write(client: TestClient, tmp_path: Path) -> None:
    """More writers wait than there are threads, and somebody else holds the turn."""
    texts = [f"{number}. {STORM}" for number in range(60)]
    with ThreadPoolExecutor(len(texts)) as pool:
        with FileLock(tmp_path / "library.lock"):
            waiting = [pool.submit(client.post, DOCUMENTS, json={"text": text}) for text in texts]
            time.sleep(0.2)
            assert client.get("/v1/ask", params={"question": "What broke the mast?"}).status_code == 200
            assert [one.done() for one in waiting] == [False] * len(texts)
        assert [one.result().status_code for one in waiting] == [201] * len(texts)
    assert {one["id"] for one in client.get(DOCUMENTS, params={"limit": 100}).json()["documents"]} == {
        document(text).id for text in texts
    }


def test_a_client_that_goes_away_in_the_middle_adds_nothing(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    head = (
        "POST /v1/documents HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n"
        "content-type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    )
    with served(app) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(head.encode() + STORM.encode())
        for _ in range(3):
            assert httpx2.get(f"{url}/v1/documents").json()["documents"] == []
    assert [one for one in caplog.records if one.exc_info] == []


SUCCESSES = {("POST", 201), ("POST", 200), ("PUT", 200), ("DELETE", 204), ("PUT", 412), ("DELETE", 412)}
"""What the tests above see beside ``REFUSED``."""
SENT_AGAIN = {("POST", 409), ("POST", 410)}
"""What test_idempotency sees."""


def test_every_status_of_a_change_is_described_and_every_one_described_happens() -> None:
    """503 is seen in test_errors, 401 and 403 in the gate's own tests; 507 wants a full disk."""
    paths = json.loads(description())["paths"]
    described = {
        (method.upper(), int(status))
        for path in (DOCUMENTS, f"{DOCUMENTS}/{{document_id}}")
        for method, operation in paths[path].items()
        for status in operation["responses"]
        if method != "get"
    }
    seen = {(method, status) for method, path, _, status, _ in REFUSED if path.startswith(DOCUMENTS)}
    sent = {("PUT", status) for method, status in seen if method == "POST"}  # the same body, read by the same code
    anybody = (401, 403, 408, 429, 503, 507)  # what stands before the routes, and the disk
    always = {(method, status) for method in ("POST", "PUT", "DELETE") for status in anybody}
    assert described == SUCCESSES | SENT_AGAIN | seen | sent | always


def test_both_kinds_of_body_are_described() -> None:
    paths = json.loads(description())["paths"]
    for operation in (paths[DOCUMENTS]["post"], paths[f"{DOCUMENTS}/{{document_id}}"]["put"]):
        content = operation["requestBody"]["content"]
        assert set(content) == {"application/json", "multipart/form-data"}
        [example] = content["application/json"]["schema"]["examples"]
        assert set(example) <= set(content["application/json"]["schema"]["properties"])
        assert content["multipart/form-data"]["schema"]["required"] == ["file"]
