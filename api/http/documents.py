"""The routes of documents."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from api.bodies.documents import DocumentBody, DocumentsResponse
from api.bodies.questions import DocumentId
from api.http.dependencies import RESPONSES, Ready

MAX_PAGE = 200
documents = APIRouter(prefix="/v1/documents", tags=["documents"], responses=RESPONSES)


@documents.get("")
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


@documents.get("/{document_id}")
def show_document(document_id: DocumentId, answerer: Ready) -> DocumentBody:
    """A document without its text."""
    return DocumentBody.of(answerer.library.summary(document_id))


@documents.get("/{document_id}/text", response_class=PlainTextResponse)
def show_text(document_id: DocumentId, answerer: Ready, request: Request) -> Response:
    """A document's text, into which every citation's offsets point; its SHA-256 is its ETag."""
    document = answerer.library.document(document_id)
    etag = f'"{document.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return PlainTextResponse(document.text, headers=headers)
