"""The client's types, as a program meets them: mypy checks this file, and it runs against the service."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import assert_type

import httpx2
import pytest
from starlette.testclient import TestClient

from api.bodies.answers import AnswerBody, AskResponse, PassageBody, SearchResponse
from api.bodies.citations import CitationBody
from api.bodies.documents import DocumentBody, DocumentResponse, NewDocument
from api.bodies.problems import Problem
from api.bodies.questions import AskRequest, SearchRequest
from api.bodies.verification import VerifyResponse
from api.client import AsyncClient, Client, Patience, ServiceRefused

QUESTION = "who took responsibility?"
UNKNOWN = "0" * 16
LOCAL = "http://localhost"


def transport_to(service: TestClient) -> httpx2.MockTransport:
    """Takes a client's requests to the real application."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        answer = service.request(
            request.method, str(request.url), content=request.content, headers=list(request.headers.items())
        )
        kept = [(name, value) for name, value in answer.headers.items() if name != "content-encoding"]  # unpacked
        return httpx2.Response(answer.status_code, headers=kept, content=answer.content)

    return httpx2.MockTransport(handle)


def test_what_the_client_returns_has_a_type_and_fits_together(service: TestClient) -> None:
    with Client(LOCAL, transport=transport_to(service)) as client:
        assert_type(client, Client)
        asked = client.ask(AskRequest(question=QUESTION, top_k=2))
        assert_type(asked, AskResponse)
        assert_type(asked.answer, AnswerBody | None)
        assert_type(asked.passages, list[PassageBody])
        assert asked.answer is not None
        citation = asked.answer.citation
        assert_type(citation, CitationBody)
        assert_type(citation.page, int | None)
        verdict = client.verify(citation)
        assert_type(verdict, VerifyResponse)
        assert verdict.verdict == "verified"
        documents = client.documents()
        assert_type(documents, Iterator[DocumentBody])
        [document] = [one for one in documents if one.id == citation.document_id]
        assert client.document(document.id) == document
        text = client.text(document.id)
        assert_type(text, str)
        assert text[citation.start_char_index : citation.end_char_index] == citation.cited_text
        assert_type(client.ask_many([QUESTION]), list[AskResponse])
        found = client.search(SearchRequest(question=QUESTION, top_k=1))
        assert_type(found, SearchResponse)
        assert (found.passages[0].text, len(asked.passages)) == (client.search(QUESTION).passages[0].text, 2)
        assert_type(client.ready(), bool)


def test_a_refusal_carries_its_problem(service: TestClient) -> None:
    with (
        Client(LOCAL, transport=transport_to(service)) as client,
        pytest.raises(
            ServiceRefused, match="there is no document '0000000000000000' in the library; list"
        ) as caught,
    ):
        client.document(UNKNOWN)
    problem = caught.value.problem_body
    assert_type(problem, Problem)
    assert (problem.type, problem.status) == ("urn:pincite:problem:unknown-document", 404)
    assert (problem.detail, problem.remedy) == (caught.value.problem, caught.value.remedy)


def test_the_same_can_be_awaited(service: TestClient) -> None:
    async def talk() -> AskResponse:
        async with AsyncClient(LOCAL, transport=transport_to(service)) as client:
            asked = await client.ask(QUESTION)
            assert_type(asked, AskResponse)
            assert asked.answer is not None
            citation = asked.answer.citation
            verdict = await client.verify(citation)
            assert_type(verdict, VerifyResponse)
            documents = client.documents()
            assert_type(documents, AsyncIterator[DocumentBody])
            ids = [document.id async for document in documents]
            assert citation.document_id in ids
            assert (await client.document(citation.document_id)).sha256 == citation.document_sha256
            text = await client.text(citation.document_id)
            assert_type(text, str)
            assert text[citation.start_char_index : citation.end_char_index] == citation.cited_text
            found = await client.search(QUESTION)
            assert_type(await client.ask_many([QUESTION]), list[AskResponse])
            assert_type(found, SearchResponse)
            assert found.passages[0].citation.document_id in ids
            assert_type(await client.ready(), bool)
            with pytest.raises(ServiceRefused, match="there is no document"):
                await client.text(UNKNOWN)
            return asked

    awaited = asyncio.run(talk())
    with Client(LOCAL, transport=transport_to(service)) as client:
        waited = client.ask(QUESTION)
    assert awaited.model_copy(update={"took_ms": 0.0}) == waited.model_copy(update={"took_ms": 0.0})


STORED = DocumentResponse(
    id="0123456789abcdef",
    title="t",
    source="s",
    sha256="0" * 64,
    length=1,
    passages=1,
    media_type="text/plain",
    original_sha256=None,
    metadata={},
    also=[],
    notes=[],
)


def test_documents_are_sent_whole_also_at_the_second_attempt() -> None:
    """A service that is not ready may have read some of the file."""
    seen: list[tuple[str, str, bytes]] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.method, request.url.path, request.read()))
        if len(seen) == 1:
            problem = Problem(type="t", title="T", status=503, detail="not loaded", remedy="ask again")
            return httpx2.Response(503, content=problem.model_dump_json())
        if request.method == "DELETE":
            return httpx2.Response(204)
        return httpx2.Response(201 if request.method == "POST" else 200, content=STORED.model_dump_json())

    file = io.BytesIO(b"send this")
    transport = httpx2.MockTransport(handle)
    with Client(LOCAL, transport=transport, patience=Patience(chance=lambda: 0.0), sleep=lambda _: None) as client:
        added = client.add("a.txt", file, source="folder/a.txt")
        assert_type(added, tuple[DocumentResponse, bool])
        assert added == (STORED, True)
        assert_type(client.replace(STORED.id, "a.txt", io.BytesIO(b"x"), source="s"), DocumentResponse)
        assert client.add_text(NewDocument(text="The ferry leaves.")) == (STORED, True)
        client.remove(STORED.id)
    assert [(method, path) for method, path, _ in seen] == [
        ("POST", "/v1/documents"),
        ("POST", "/v1/documents"),
        ("PUT", f"/v1/documents/{STORED.id}"),
        ("POST", "/v1/documents"),
        ("DELETE", f"/v1/documents/{STORED.id}"),
    ]
    for _, _, content in seen[:2]:
        assert b'filename="a.txt"' in content
        assert b"\r\n\r\nsend this\r\n" in content
        assert b"folder/a.txt" in content
    assert seen[3][2] == b'{"text":"The ferry leaves."}'


def test_a_file_is_sent_by_awaiting_too() -> None:
    async def talk() -> tuple[DocumentResponse, bool]:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=STORED.model_dump_json()))
        async with AsyncClient(LOCAL, transport=transport) as client:
            return await client.add("a.txt", io.BytesIO(b"text"), source="a.txt")

    assert asyncio.run(talk()) == (STORED, False)
