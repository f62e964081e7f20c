"""The client that waits for each answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TypeVar

import httpx2

from api.bodies.answers import AskResponse, SearchResponse
from api.bodies.citations import CitationBody
from api.bodies.documents import DocumentBody, DocumentResponse, NewDocument
from api.bodies.questions import AskManyRequest, AskRequest, SearchRequest
from api.bodies.verification import KeptCitation, VerifyResponse
from api.client import calls
from api.client.calls import NOTHING, Call, Metadata, Upload
from api.client.exchange import FAILURES, Address, Outcome, Send, Step, exchange
from api.client.failures import ServiceRefused
from api.client.patience import ONCE, PATIENT, Patience

TIMEOUT_SECONDS = 30.0
Result = TypeVar("Result")


class Client:
    """Asks the service at ``url``; a context manager that holds its connections.

    Every method raises ServiceRefused where the service answers with a problem, which the error carries, and
    ServiceUnreachable where it does not answer, or not as Pincite does. A service that is not ready (503) is asked
    again, and so is one that refuses the connection, as often as ``patience`` says.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        patience: Patience = PATIENT,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``timeout_seconds`` bounds each attempt.

        Raises:
            ServiceUnreachable: ``url`` is no http address.
            BadArgument: the key cannot be sent.
        """
        self._address = Address.of(url, api_key, timeout_seconds=timeout_seconds)
        self._patience = patience
        self._sleep = sleep
        self._http = httpx2.Client(transport=transport)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, request: AskRequest | str) -> AskResponse:
        """The answer to a question, or to a request that says more."""
        return self._done(calls.ask(request))

    def ask_many(self, request: AskManyRequest | Sequence[str]) -> list[AskResponse]:
        """The answers to 1 to 64 questions, in order and from one state of the library.

        Also raises BadArgument where they are none or too many.
        """
        return self._done(calls.ask_many(request)).answers

    def search(self, request: SearchRequest | str) -> SearchResponse:
        """The passages nearest to a question, without an answer."""
        return self._done(calls.search(request))

    def verify(self, citation: KeptCitation | CitationBody) -> VerifyResponse:
        """What became of a citation."""
        return self._done(calls.verify(citation))

    def documents(self) -> Iterator[DocumentBody]:
        """Every document without its text, in the order in which they were added, fetched page by page."""
        cursor: str | None = None
        while True:
            page = self._done(calls.documents(cursor))
            yield from page.documents
            cursor = page.next_cursor
            if cursor is None:
                return

    def document(self, document_id: str) -> DocumentBody:
        """A document without its text; also raises BadArgument where ``document_id`` cannot be one."""
        return self._done(calls.document(document_id))

    def text(self, document_id: str) -> str:
        """A document's text, into which citations point; raises as ``document`` does."""
        return self._done(calls.text(document_id))

    def add(
        self, name: str, file: BinaryIO, *, source: str, metadata: Metadata = NOTHING
    ) -> tuple[DocumentResponse, bool]:
        """Send a file, whose ``name`` says its format: its document, and whether that is new."""
        return self._done(calls.add(Upload(name, file, source, metadata)))

    def add_text(self, document: NewDocument) -> tuple[DocumentResponse, bool]:
        """Send a text: its document, and whether that is new."""
        return self._done(calls.add_text(document))

    def replace(
        self, document_id: str, name: str, file: BinaryIO, *, source: str, metadata: Metadata = NOTHING
    ) -> DocumentResponse:
        """Put a file in a document's place: the document that is there now; raises as ``document`` does."""
        return self._done(calls.replace(document_id, Upload(name, file, source, metadata)))

    def remove(self, document_id: str) -> None:
        """Remove a document; raises as ``document`` does."""
        self._done(calls.remove(document_id))

    def ready(self) -> bool:
        """Whether the service can answer now; it is asked once."""
        try:
            return self._done(calls.ready(), ONCE)
        except ServiceRefused as refused:
            if refused.status == 503:
                return False
            raise

    def _done(self, call: Call[Result], patience: Patience | None = None) -> Result:
        steps = exchange(call, self._address, patience or self._patience)
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            outcome = self._taken(step)

    def _taken(self, step: Step) -> Outcome:
        if not isinstance(step, Send):
            self._sleep(step.seconds)
            return None
        try:
            return self._http.send(step.request)
        except FAILURES as error:
            return error
