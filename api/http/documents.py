"""The routes of documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from api.bodies.documents import DocumentBody, DocumentsResponse
from api.bodies.questions import DocumentId
from api.http.dependencies import RESPONSES, Ready
from api.http.parameters import KNOWN_ONLY
from api.http.preconditions import Known, document_tag, is_known, text_tag

MAX_PAGE = 200
documents = APIRouter(
    prefix="/v1/documents",
    tags=["documents"],
    dependencies=KNOWN_ONLY,
    responses={status: RESPONSES[status] for status in (422, 503)},
)
_KEPT: dict[int | str, dict[str, Any]] = {304: {"description": "If-None-Match names it."}, 404: RESPONSES[404]}


@documents.get("")
def list_documents(
    answerer: Ready,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str, Query(pattern=r"^\d{1,18}$", description="A page's next_cursor.")] = "0",
) -> DocumentsResponse:
    """The documents, a page at a time."""
    found = answerer.library.summaries(after=int(cursor), limit=limit + 1)
    return DocumentsResponse.page(found, limit=limit)


@documents.get("/{document_id}", response_model=DocumentBody, responses=_KEPT)
def show_document(
    document_id: DocumentId, answerer: Ready, response: Response, if_none_match: Known = None
) -> DocumentBody | Response:
    """A document without its text; its ETag changes with its title, too."""
    body = DocumentBody.of(answerer.library.summary(document_id))
    tag = document_tag(body)
    if is_known(if_none_match, tag):
        return Response(status_code=304, headers=_headers(tag))
    response.headers.update(_headers(tag))
    return body


@documents.get("/{document_id}/text", response_class=PlainTextResponse, responses=_KEPT)
def show_text(document_id: DocumentId, answerer: Ready, if_none_match: Known = None) -> Response:
    """A document's text, into which every citation's offsets point; its SHA-256 is its ETag."""
    document = answerer.library.document(document_id)
    tag = text_tag(document.sha256)
    if is_known(if_none_match, tag):
        return Response(status_code=304, headers=_headers(tag))
    return PlainTextResponse(document.text, headers=_headers(tag))


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache"}
