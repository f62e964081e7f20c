"""The same client for programs that await."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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
from api.client.synchronous import TIMEOUT_SECONDS

Result = TypeVar("Result")


class AsyncClient:
    """Asks the service at ``url`` as ``Client`` does: the same methods, the same errors, awaited."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        patience: Patience = PATIENT,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises as ``Client`` does."""
        self._address = Address.of(url, api_key, timeout_seconds=timeout_seconds)
        self._patience = patience
        self._sleep = sleep
        self._http = httpx2.AsyncClient(transport=transport)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(self, request: AskRequest | str) -> AskResponse:
        """The answer to a question, or to a request that says more."""
        return await self._done(calls.ask(request))

    async def ask_many(self, request: AskManyRequest | Sequence[str]) -> list[AskResponse]:
        """The answers to 1 to 64 questions, in order and from one state of the library.

        Also raises BadArgument where they are none or too many.
        """
        return (await self._done(calls.ask_many(request))).answers

    async def search(self, request: SearchRequest | str) -> SearchResponse:
        """The passages nearest to a question, without an answer."""
        return await self._done(calls.search(request))

    async def verify(self, citation: KeptCitation | CitationBody) -> VerifyResponse:
        """What became of a citation."""
        return await self._done(calls.verify(citation))

    async def documents(self) -> AsyncIterator[DocumentBody]:
        """Every document without its text, in the order in which they were added, fetched page by page."""
        cursor: str | None = None
        while True:
            page = await self._done(calls.documents(cursor))
            for one in page.documents:
                yield one
            cursor = page.next_cursor
            if cursor is None:
                return

    async def document(self, document_id: str) -> DocumentBody:
        """A document without its text; also raises BadArgument where ``document_id`` cannot be one."""
        return await self._done(calls.document(document_id))

    async def text(self, document_id: str) -> str:
        """A document's text, into which citations point; raises as ``document`` does."""
        return await self._done(calls.text(document_id))

    async def add(
        self, name: str, file: BinaryIO, *, source: str, metadata: Metadata = NOTHING
    ) -> tuple[DocumentResponse, bool]:
        """Send a file, whose ``name`` says its format: its document, and whether that is new."""
        return await self._done(calls.add(Upload(name, file, source, metadata)))

    async def add_text(self, document: NewDocument) -> tuple[DocumentResponse, bool]:
        """Send a text: its document, and whether that is new."""
        return await self._done(calls.add_text(document))

    async def replace(
        self, document_id: str, name: str, file: BinaryIO, *, source: str, metadata: Metadata = NOTHING
    ) -> DocumentResponse:
        """Put a file in a document's place: the document that is there now; raises as ``document`` does."""
        return await self._done(calls.replace(document_id, Upload(name, file, source, metadata)))

    async def remove(self, document_id: str) -> None:
        """Remove a document; raises as ``document`` does."""
        await self._done(calls.remove(document_id))

    async def ready(self) -> bool:
        """Whether the service can answer now; it is asked once."""
        try:
            return await self._done(calls.ready(), ONCE)
        except ServiceRefused as refused:
            if refused.status == 503:
                return False
            raise

    async def _done(self, call: Call[Result], patience: Patience | None = None) -> Result:
        steps = exchange(call, self._address, patience or self._patience)
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            outcome = await self._taken(step)

    async def _taken(self, step: Step) -> Outcome:
        if not isinstance(step, Send):
            await self._sleep(step.seconds)
            return None
        try:
            return await self._http.send(step.request)
        except FAILURES as error:
            return error
