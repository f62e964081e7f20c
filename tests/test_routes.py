"""The HTTP interface, through the real application."""

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.describe import description
from paths import ROOT, SEED

QUESTION = "who took responsibility?"
ANSWER = (
    "Azerbaijan has taken responsibility for the deaths of several Russian peacekeepers in Nagorno-Karabakh "
    "on Wednesday."
)
CITATION = {
    "type", "document_id", "document_title", "url", "cited_text", "start_char_index", "end_char_index", "page",
    "document_sha256", "selectors", "text_fragment",
}  # fmt: skip


def ask(service: TestClient, **body: Any) -> dict[str, Any]:
    response = service.post("/v1/ask", json={"question": QUESTION, **body})
    assert response.status_code == 200, response.text
    return dict(response.json())


def text_of(service: TestClient, citation: dict[str, Any]) -> str:
    text = service.get(f"/v1/documents/{citation['document_id']}/text").content.decode()
    return text[citation["start_char_index"] : citation["end_char_index"]]


def test_an_answer_has_the_shape_of_the_contract(service: TestClient) -> None:
    body = ask(service)
    assert set(body) == {
        "question", "answerable", "confidence", "answer", "passages", "read", "index_version", "took_ms",
    }  # fmt: skip
    assert (body["question"], body["answerable"]) == (QUESTION, True)
    assert body["answer"]["text"] == ANSWER
    citation = body["answer"]["citation"]
    assert set(citation) == CITATION
    assert (citation["start_char_index"], citation["end_char_index"]) == (0, 116)
    assert citation["document_title"] == SEED.name
    assert citation["selectors"][0]["exact"] == citation["cited_text"] == ANSWER
    assert citation["selectors"][1] == {"type": "TextPositionSelector", "start": 0, "end": 116}
    assert citation["text_fragment"].startswith("#:~:text=Azerbaijan%20has%20taken%20responsibility%20for,")
    assert [set(passage) for passage in body["passages"]] == [
        {"text", "score", "scores", "citation", "sentence", "copies"}
    ] * 5
    assert set(body["passages"][0]["scores"]) == {"passage", "sentence", "lexical", "reader"}


def test_the_words_that_answer_are_a_citation_of_their_own(service: TestClient) -> None:
    body = ask(service, question="How many peacekeepers died?")
    quotes = [body["answer"], *body["answer"]["also"]]
    assert [quote["span"]["text"] for quote in quotes] == ["five", "four"]
    for quote in quotes:
        inner, outer = quote["span"]["citation"], quote["citation"]
        assert text_of(service, inner) == inner["cited_text"] == quote["span"]["text"]
        assert outer["start_char_index"] <= inner["start_char_index"] < inner["end_char_index"]
        assert inner["end_char_index"] <= outer["end_char_index"]


def test_an_answer_says_how_reading_went(service: TestClient) -> None:
    body = ask(service)
    assert body["read"]["reader"].startswith("pincite-reader-")
    assert body["read"]["complete"] is True
    relevances = [passage["scores"]["reader"] for passage in body["passages"]]
    assert sum(relevance is not None for relevance in relevances) == body["read"]["passages"] >= 1


def test_without_reading_no_words_are_marked(service: TestClient) -> None:
    body = ask(service, read=False)
    assert (body["read"], body["answer"]["span"]) == (None, None)
    assert [passage["scores"]["reader"] for passage in body["passages"]] == [None] * 5
    assert body["answer"]["text"] == ANSWER


def test_every_citation_is_what_stands_at_its_place(service: TestClient) -> None:
    for passage in ask(service, top_k=50)["passages"]:
        for citation in (passage["citation"], passage["sentence"]):
            assert text_of(service, citation) == citation["cited_text"]


def test_get_answers_as_post_does(service: TestClient) -> None:
    by_address = service.get("/v1/ask", params={"question": QUESTION, "top_k": 2}).json()
    by_body = ask(service, top_k=2)
    assert {**by_address, "took_ms": 0} == {**by_body, "took_ms": 0}


def test_what_the_documents_do_not_say_is_not_answered(service: TestClient) -> None:
    body = ask(service, question="What is the boiling point of water?")
    assert (body["answerable"], body["answer"]) == (False, None)
    assert len(body["passages"]) == 5


def test_min_confidence_moves_the_threshold(service: TestClient) -> None:
    assert ask(service, question="What is the boiling point of water?", min_confidence=0)["answerable"]
    assert not ask(service, min_confidence=1)["answerable"]


def test_a_score_is_explained_where_that_is_asked_for(service: TestClient) -> None:
    for body in (
        ask(service, explain=True),
        service.get("/v1/ask", params={"question": QUESTION, "explain": True}).json(),
        service.post("/v1/search", json={"question": QUESTION, "explain": True}).json(),
    ):
        first = body["passages"][0]
        assert sum(part["adds"] for part in first["explanation"]["parts"]) == pytest.approx(first["score"])
        assert [one["term"] for one in first["explanation"]["terms"]] == ["respons"]


def test_search_returns_the_passages_of_the_answer(service: TestClient) -> None:
    found = service.post("/v1/search", json={"question": QUESTION, "top_k": 3}).json()
    assert set(found) == {"question", "passages", "index_version", "took_ms"}
    assert found["passages"] == ask(service, top_k=3, read=False)["passages"]


def test_documents_are_listed_shown_and_read(service: TestClient) -> None:
    page = service.get("/v1/documents").json()
    [document] = page["documents"]
    assert page["next_cursor"] is None
    assert document == service.get(f"/v1/documents/{document['id']}").json()
    assert (document["title"], document["source"]) == (SEED.name, SEED.name)
    assert (document["media_type"], document["original_sha256"]) == ("text/plain", document["sha256"])
    response = service.get(f"/v1/documents/{document['id']}/text")
    assert response.content == SEED.read_bytes()
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["etag"] == f'"{document["sha256"]}"'
    again = service.get(f"/v1/documents/{document['id']}/text", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_question_can_be_kept_to_documents(service: TestClient) -> None:
    [document] = service.get("/v1/documents").json()["documents"]
    assert ask(service, document_ids=[document["id"]])["answer"]["text"] == ANSWER
    refused = service.post("/v1/ask", json={"question": QUESTION, "document_ids": ["0" * 16]})
    assert refused.status_code == 404
    assert refused.json()["type"] == "urn:pincite:problem:unknown-document"


JSON = {"content-type": "application/json"}
BAD = [
    ("POST", "/v1/ask", JSON, b'{"question": ""}', 422, "the question is empty"),
    ("POST", "/v1/ask", JSON, b'{"question": "  \\n"}', 422, "the question is empty"),
    ("POST", "/v1/ask", JSON, json.dumps({"question": "x" * 2001}).encode(), 422, "has 2001 characters"),
    ("POST", "/v1/ask", JSON, b'{"question": "a\\u0000b"}', 422, "character 1 of the question"),
    ("POST", "/v1/ask", JSON, b'{"question": "a\\ud800b"}', 422, "U\\+D800"),
    ("POST", "/v1/ask", JSON, b"{}", 422, "Either 'question' or 'questions' is to be there"),
    ("POST", "/v1/ask", JSON, b'{"question": 5}', 422, "body.question: Input should be a valid string"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "top_k": 0}', 422, "body.top_k"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "top_k": 51}', 422, "body.top_k"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "top_k": "five"}', 422, "body.top_k"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "top_k": 2.5}', 422, "body.top_k"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "topk": 3}', 422, "body.topk: Extra inputs"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "\\ud800": 3}', 422, "body: "),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "document_ids": []}', 422, "body.document_ids"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "document_ids": ["../x"]}', 422, "body.document_ids"),
    ("POST", "/v1/ask", JSON, b'{"question": "x", "min_confidence": 2}', 422, "body.min_confidence"),
    ("POST", "/v1/ask", JSON, b'{"question": ', 400, "not valid JSON"),
    ("POST", "/v1/ask", JSON, b"\xff\xfe", 400, "not valid JSON"),
    ("POST", "/v1/ask", JSON, b"[" * 100_000, 400, "not valid JSON"),
    ("POST", "/v1/ask", JSON, b'"question"', 422, "body"),
    ("POST", "/v1/ask", JSON, b"", 422, "body"),
    ("POST", "/v1/ask", {"content-type": "text/plain"}, b'{"question": "x"}', 415, "'text/plain'"),
    ("POST", "/v1/ask", {}, b'{"question": "x"}', 415, "content type is ''"),
    ("POST", "/v1/search", JSON, b'{"question": ""}', 422, "the question is empty"),
    ("GET", "/v1/ask", {}, b"", 422, "query.question: Field required"),
    ("GET", "/v1/ask?question=%20", {}, b"", 422, "the question is empty"),
    ("GET", "/v1/ask?question=x&top_k=five", {}, b"", 422, "query.top_k"),
    ("PUT", "/v1/ask", JSON, b"{}", 405, "does not take that method"),
    ("DELETE", "/v1/documents", {}, b"", 405, "does not take that method"),
    ("GET", "/v1/documents?cursor=x", {}, b"", 422, "query.cursor"),
    ("GET", "/v1/documents?limit=0", {}, b"", 422, "query.limit"),
    ("GET", "/v1/documents/0123456789abcdef", {}, b"", 404, "no document '0123456789abcdef'"),
    ("GET", "/v1/documents/0123456789abcdef/text", {}, b"", 404, "no document '0123456789abcdef'"),
    ("GET", "/v1/documents/..%2F..%2Fetc%2Fpasswd", {}, b"", 404, "there is nothing at this address"),
    ("GET", "/v1/documents/nope", {}, b"", 422, "path.document_id"),
    ("GET", "/nothing", {}, b"", 404, "there is nothing at this address"),
]


@pytest.mark.parametrize(("method", "path", "headers", "content", "status", "said"), BAD)
def test_bad_input_is_a_problem_that_says_what_is_wrong(
    service: TestClient, method: str, path: str, headers: dict[str, str], content: bytes, status: int, said: str
) -> None:
    response = service.request(method, path, headers=headers, content=content)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert re.search(said, problem["detail"]), problem
    assert problem["remedy"]
    assert "Traceback" not in response.text
    assert "site-packages" not in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/documents", "/v1/ask?question=who"])
def test_head_answers_as_get_without_the_body(service: TestClient, path: str) -> None:
    head = service.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == service.get(path).headers["content-type"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/ask", "GET, HEAD, POST"),
        ("/v1/search", "POST"),
        ("/v1/documents", "GET, HEAD, POST"),
        ("/v1/documents/0123456789abcdef", "DELETE, GET, HEAD, PUT"),
    ],
)
def test_a_wrong_method_is_told_which_are_right(service: TestClient, path: str, allowed: str) -> None:
    response = service.patch(path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


def test_the_committed_description_is_that_of_the_service() -> None:
    assert (ROOT / "api" / "openapi.json").read_text(encoding="utf-8") == description(), "run 'make openapi'"
