"""The routes that change the library: documents added, replaced, removed."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.bodies.documents import DocumentBody, DocumentResponse, FormFields, NewDocument
from api.bodies.questions import DocumentId
from api.http.dependencies import PROBLEMS, Held, Ready, Running
from api.http.generating import wants_events
from api.http.idempotency import Named, Once
from api.http.parameters import KNOWN_ONLY
from api.http.preconditions import Meant, document_tag, require_match
from api.http.progress import REPORTED, reported
from api.http.service import Service
from api.http.uploads import FILE, FORM, JSON, Sent, Upload
from api.http.writing import Queue
from index.library import Library
from index.progress import Progress, silent
from index.receipts import Receipt
from index.turns import LibraryBusy

_MEANINGS = {
    400: "The body is neither JSON nor a form.",
    404: "There is no such document.",
    409: "A request of the same Idempotency-Key is under way.",
    410: "A request of the same Idempotency-Key added it, and it was removed since.",
    412: "If-Match does not name the document as it is now.",
    413: "The body, or what it unpacks to, is too large.",
    415: "The body is neither JSON nor a form, or there is no reader for such a file.",
    422: "The request is not valid, or the file cannot be read: the problem says why.",
    503: "Not ready yet, others have been writing for too long, or what keeps the library cannot be reached.",
    507: "The disk is full.",
}


def _responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {**PROBLEMS, "description": _MEANINGS[status]} for status in statuses}


_TAGGED = {
    "ETag": {"description": "The document's entity tag.", "schema": {"type": "string"}},
    "Location": {"description": "Where the document is.", "schema": {"type": "string"}},
}
_SENT = {400, 413, 415, 422, 503, 507}
_FORM_SCHEMA = {
    "type": "object",
    "required": [FILE],
    "properties": {
        FILE: {"type": "string", "format": "binary", "description": "The file; its name says its format."},
        **FormFields.model_json_schema()["properties"],
    },
    "additionalProperties": False,
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": NewDocument.model_json_schema()}, FORM: {"schema": _FORM_SCHEMA}},
    }
}
changes = APIRouter(prefix="/v1/documents", tags=["documents"], dependencies=KNOWN_ONLY)


def _matching(document_id: DocumentId, answerer: Ready, if_match: Meant = None) -> None:
    require_match(if_match, DocumentBody.of(answerer.library.summary(document_id)))


@contextlib.asynccontextmanager
async def _taken(queue: Queue) -> AsyncIterator[None]:
    await queue.enter()
    try:
        yield
    except LibraryBusy:  # its own words name the library's folder
        raise LibraryBusy("another process has been changing the library", remedy="try again later") from None
    finally:
        queue.leave()


async def _turn(service: Running, held: Held) -> None:
    await held.enter_async_context(_taken(service.queue))


Turn = Annotated[None, Depends(_turn)]
MATCHING = [Depends(_matching)]
"""Before the body is read: the document is there, and is the one that the client means."""


@changes.post(
    "",
    status_code=201,
    response_model=DocumentResponse,
    openapi_extra=_BODY,
    responses={
        200: {"model": DocumentResponse, **REPORTED, "headers": _TAGGED},
        201: {"description": "It was added: it is on disk, and is found from now on.", "headers": _TAGGED},
        **_responses(*_SENT, 409, 410),
    },
)
async def add_document(
    *,
    answerer: Ready,
    named: Named,
    sent: Sent,
    held: Held,
    _: Turn,
    service: Running,
    request: Request,
    response: Response,
) -> DocumentResponse | Response:
    """Add a text, or a file of any format that Pincite reads.

    With an Idempotency-Key, what was added is not added again within a day: the same request is answered the same.
    With 'Accept: text/event-stream' events tell how far it is.
    """

    def work(progress: Progress) -> tuple[DocumentResponse, bool]:
        receipt = _added(answerer.library, named, sent, service, progress)
        return _described(answerer.library, receipt.documents, receipt.notes), receipt.new

    if wants_events(request):
        return reported(work, request, held.pop_all())
    body, new = await run_in_threadpool(work, silent)
    response.status_code = 201 if new else 200
    return _tagged(body, response)


def _added(library: Library, named: str | None, sent: Upload, service: Service, progress: Progress) -> Receipt:
    once = Once(library, named, sent)
    receipt = once.before()
    if receipt is None:
        received = sent.read(library)
        added = library.add(received.documents, progress=progress)
        service.checkpoints.due()
        receipt = once.done(
            new=bool(added.new), documents=[one.id for one in received.documents], notes=received.notes
        )
    return receipt


@changes.put(
    "/{document_id}",
    dependencies=MATCHING,
    openapi_extra=_BODY,
    responses={
        200: {"description": "The document in its place, under an id of its own.", "headers": _TAGGED},
        **_responses(*_SENT, 404, 412),
    },
)
def replace_document(
    document_id: DocumentId, answerer: Ready, sent: Sent, _: Turn, service: Running, response: Response
) -> DocumentResponse:
    """Put another text or file in a document's place, at once: no question finds both, or neither.

    A document's id comes from its text, so that another text has another id. The same text leaves the id as it
    is, and takes the title and the source that are sent.
    """
    received = sent.read(answerer.library)
    answerer.library.replace([document_id], received.documents)
    service.checkpoints.due()
    body = _described(answerer.library, [one.id for one in received.documents], received.notes)
    return _tagged(body, response)


@changes.delete(
    "/{document_id}",
    dependencies=MATCHING,
    status_code=204,
    response_class=Response,
    responses=_responses(404, 412, 422, 503, 507),
)
def remove_document(document_id: DocumentId, answerer: Ready, _: Turn, service: Running) -> None:
    """Remove a document: it is gone from disk, and never found again."""
    answerer.library.remove(document_id)
    service.checkpoints.due()


def _described(library: Library, documents: Iterable[str], notes: Iterable[str]) -> DocumentResponse:
    first, *rest = [DocumentBody.of(library.summary(one)) for one in documents]
    return DocumentResponse(**first.model_dump(), also=rest, notes=list(notes))


def _tagged(body: DocumentResponse, response: Response) -> DocumentResponse:
    own = DocumentBody.model_construct(**{name: getattr(body, name) for name in DocumentBody.model_fields})
    response.headers["ETag"] = document_tag(own)
    response.headers["Location"] = f"/v1/documents/{body.id}"
    return body
