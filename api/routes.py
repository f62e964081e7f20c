"""The routes of version 1, and the two that say whether the service lives and is ready."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from api.asking import answered, searched
from api.errors import WrongContentType
from api.requests import MAX_TOP_K, AskRequest, DocumentId, SearchRequest
from api.schemas import AskResponse, DocumentBody, DocumentsResponse, Problem, SearchResponse
from api.service import Service
from qa.answering import Answerer

PROBLEMS = {"model": Problem, "content": {"application/problem+json": {}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {**PROBLEMS, "description": meaning}
    for status, meaning in {
        400: "The body is not JSON.",
        404: "A document is not in the library.",
        415: "The body does not say that it is JSON.",
        422: "The request is not valid.",
        503: "Not ready yet.",
    }.items()
}
MAX_PAGE = 200


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _answerer(service: Annotated[Service, Depends(_service)]) -> Answerer:
    return service.answerer


def _require_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise WrongContentType(
            f"the body's content type is '{media_type}'", remedy="send 'Content-Type: application/json'"
        )


Ready = Annotated[Answerer, Depends(_answerer)]
JSON_ONLY = [Depends(_require_json)]
health = APIRouter(tags=["health"])
v1 = APIRouter(prefix="/v1", responses=RESPONSES)


@health.get("/healthz")
def healthz() -> dict[str, str]:
    """The process is alive; nothing else is touched."""
    return {"status": "alive"}


@health.get("/readyz", responses={503: RESPONSES[503]})
def readyz(answerer: Ready) -> dict[str, str]:
    """The model and the index are loaded: the next question is answered at full speed."""
    return {"status": "ready", "index_version": answerer.library.version}


@v1.post("/ask", tags=["questions"], dependencies=[Depends(_require_json)])
def ask(body: AskRequest, answerer: Ready, service: Annotated[Service, Depends(_service)]) -> AskResponse:
    """Answer a question with the exact sentence, or say that the documents do not."""
    return answered(answerer, body, default_confidence=service.settings.min_confidence)


@v1.get("/ask", tags=["questions"])
def ask_by_address(
    *,
    answerer: Ready,
    service: Annotated[Service, Depends(_service)],
    question: Annotated[str, Query(examples=["who took responsibility?"])],
    top_k: Annotated[int, Query(ge=1, le=MAX_TOP_K)] = 5,
    document_ids: Annotated[list[DocumentId] | None, Query(max_length=1000)] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    explain: Annotated[bool, Query()] = False,
) -> AskResponse:
    """The same, for browsers and curl."""
    body = AskRequest(
        question=question,
        top_k=top_k,
        document_ids=document_ids or None,
        min_confidence=min_confidence,
        explain=explain,
    )
    return ask(body, answerer, service)


@v1.post("/search", tags=["questions"], dependencies=[Depends(_require_json)])
def search(body: SearchRequest, answerer: Ready) -> SearchResponse:
    """The passages nearest to a question, without an answer."""
    return searched(answerer, body)


@v1.get("/documents", tags=["documents"])
def list_documents(
    answerer: Ready,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str, Query(pattern=r"^\d{1,18}$", description="A page's next_cursor.")] = "0",
) -> DocumentsResponse:
    """The documents, a page at a time."""
    found = answerer.library.summaries(after=int(cursor), limit=limit + 1)
    page = found[:limit]
    return DocumentsResponse(
        documents=[DocumentBody.of(summary) for summary in page],
        next_cursor=str(page[-1].position) if len(found) > limit else None,
    )


@v1.get("/documents/{document_id}", tags=["documents"])
def show_document(document_id: DocumentId, answerer: Ready) -> DocumentBody:
    """A document without its text."""
    return DocumentBody.of(answerer.library.summary(document_id))


@v1.get("/documents/{document_id}/text", tags=["documents"], response_class=PlainTextResponse)
def show_text(document_id: DocumentId, answerer: Ready, request: Request) -> Response:
    """A document's text, into which every citation's offsets point; its SHA-256 is its ETag."""
    document = answerer.library.document(document_id)
    etag = f'"{document.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return PlainTextResponse(document.text, headers=headers)
