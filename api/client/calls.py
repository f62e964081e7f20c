"""Each call as data: what is sent, and how what comes back is read; nothing here sends."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO, Generic, Literal, TypeVar
from urllib.parse import urlencode

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.bodies.answers import AnswersResponse, AskResponse, SearchResponse
from api.bodies.citations import CitationBody
from api.bodies.documents import DocumentBody, DocumentResponse, DocumentsResponse, NewDocument
from api.bodies.questions import MAX_QUESTIONS, AskManyRequest, AskRequest, DocumentId, SearchRequest
from api.bodies.verification import KeptCitation, VerifyResponse
from api.client.failures import BadArgument

PAGE = 200
"""Documents that are fetched at a time."""
MANY_SECONDS = 120.0
"""Each of many questions lets those of others go first."""
WRITING_SECONDS = 600.0
"""How long a language model's words are waited for: the service has a limit of its own."""
ADDING_SECONDS = 900.0
"""A large file is minutes of reading and embedding for the service."""
Metadata = Mapping[str, str | int | float | bool]
NOTHING: Metadata = {}
Result = TypeVar("Result")
Model = TypeVar("Model", bound=BaseModel)
_ID: TypeAdapter[str] = TypeAdapter(DocumentId)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be sent, from its first byte at each attempt; its ``name`` says its format."""

    name: str
    file: BinaryIO
    source: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Call(Generic[Result]):
    """One request, and ``read``, which makes the result of a good response.

    ``read`` raises ValueError where the response is not one that this version of Pincite sends. ``repeatable`` says
    that twice is as good as once, so that a connection which failed may be tried again. ``seconds`` is how long the
    response may take where that is longer than usual.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    read: Callable[[httpx2.Response], Result]
    body: bytes | None = None
    upload: Upload | None = None
    seconds: float = 0.0
    repeatable: bool = True


def ask(request: AskRequest | str) -> Call[AskResponse]:
    """Answer a question."""
    body = AskRequest(question=request) if isinstance(request, str) else request
    call = _asking("/v1/ask", body, AskResponse)
    return dataclasses.replace(call, seconds=WRITING_SECONDS) if body.generate else call


def ask_many(request: AskManyRequest | Sequence[str]) -> Call[AnswersResponse]:
    """Answer several questions."""
    body = request if isinstance(request, AskManyRequest) else _questions(request)
    return dataclasses.replace(_asking("/v1/ask", body, AnswersResponse), seconds=MANY_SECONDS)


def search(request: SearchRequest | str) -> Call[SearchResponse]:
    """Find the passages nearest to a question."""
    body = SearchRequest(question=request) if isinstance(request, str) else request
    return _asking("/v1/search", body, SearchResponse)


def verify(citation: KeptCitation | CitationBody) -> Call[VerifyResponse]:
    """Say what became of a citation."""
    return _asking("/v1/verify", citation, VerifyResponse)


def documents(cursor: str | None) -> Call[DocumentsResponse]:
    """A page of the documents, the first one without a cursor."""
    query = urlencode({"limit": PAGE} if cursor is None else {"limit": PAGE, "cursor": cursor})
    return Call("GET", f"/v1/documents?{query}", _model(DocumentsResponse))


def document(document_id: str) -> Call[DocumentBody]:
    """A document without its text."""
    return Call("GET", _place(document_id), _model(DocumentBody))


def text(document_id: str) -> Call[str]:
    """A document's text, code point for code point."""
    return Call("GET", f"{_place(document_id)}/text", lambda response: response.content.decode())


def add(upload: Upload) -> Call[tuple[DocumentResponse, bool]]:
    """Add a file."""
    return Call("POST", "/v1/documents", _added, upload=upload, seconds=ADDING_SECONDS, repeatable=False)


def add_text(document: NewDocument) -> Call[tuple[DocumentResponse, bool]]:
    """Add a text."""
    body = _json(document)
    return Call("POST", "/v1/documents", _added, body, seconds=ADDING_SECONDS, repeatable=False)


def replace(document_id: str, upload: Upload) -> Call[DocumentResponse]:
    """Put a file in a document's place."""
    read = _model(DocumentResponse)
    return Call("PUT", _place(document_id), read, upload=upload, seconds=ADDING_SECONDS)


def remove(document_id: str) -> Call[None]:
    """Remove a document."""
    return Call("DELETE", _place(document_id), lambda _: None)


def ready() -> Call[bool]:
    """True where the service is ready; it answers with a problem where it is not."""
    return Call("GET", "/readyz", _is_ready)


def _asking(path: str, request: BaseModel, kind: type[Model]) -> Call[Model]:
    return Call("POST", path, _model(kind), _json(request))


def _questions(questions: Sequence[str]) -> AskManyRequest:
    try:
        return AskManyRequest.model_validate(
            {"questions": questions if isinstance(questions, str) else [*questions]}
        )
    except ValidationError:
        raise BadArgument(
            f"these are not 1 to {MAX_QUESTIONS} questions", remedy="give a list of them, in parts if they are more"
        ) from None


def _json(body: BaseModel) -> bytes:
    return body.model_dump_json(exclude_none=True).encode("utf-8", "surrogatepass")


def _place(document_id: str) -> str:
    try:
        return f"/v1/documents/{_ID.validate_python(document_id)}"
    except ValidationError:
        raise BadArgument(
            f"'{document_id}' is no document's id", remedy="list the documents for their ids"
        ) from None


def _model(kind: type[Model]) -> Callable[[httpx2.Response], Model]:
    return lambda response: kind.model_validate_json(response.content)


def _added(response: httpx2.Response) -> tuple[DocumentResponse, bool]:
    return DocumentResponse.model_validate_json(response.content), response.status_code == HTTPStatus.CREATED


def _is_ready(response: httpx2.Response) -> bool:
    if TypeAdapter(dict[str, str]).validate_json(response.content).get("status") != "ready":
        raise ValueError("this is no answer of /readyz")
    return True
