"""Mixed work on the service: what is asked, added, replaced and deleted, and that it comes to what it should."""

import json
import random
import time
from collections import Counter
from typing import Final

import aiohttp
from pydantic import ValidationError

from api.bodies.answers import AskResponse
from api.bodies.documents import DocumentResponse, DocumentsResponse
from benchmarks.service.checking import SHOWN, Ledger
from benchmarks.service.client import JSON
from benchmarks.service.load import FAILED, Reply
from benchmarks.service.texts import Made, book

KINDS: Final = ("ask", "add", "replace", "delete")
SHARES: Final = (88, 4, 4, 4)
DOCUMENTS = "/v1/documents"
SEED_QUESTIONS = ("who took responsibility?", "What is the boiling point of water?")


class Unexpected(Exception):
    """The service answered what it should not."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"status {status}: {what}")
        self.status = status


class Work:
    """Does one thing after the other, as ``chosen`` has it, and keeps the ledger of what the service holds.

    As many documents come as go. One that is being replaced or deleted is nobody else's to change meanwhile.
    """

    def __init__(self, session: aiohttp.ClientSession, ledger: Ledger, chosen: random.Random) -> None:
        self._session = session
        self._chosen = chosen
        self._made: dict[str, tuple[Made, str]] = {}
        self._next_book = 0
        self.ledger = ledger
        self.counts: Counter[str] = Counter()
        self.errors: list[str] = []

    @property
    def documents(self) -> int:
        """How many of its own the service holds."""
        return len(self._made)

    def told(self) -> str:
        """How it goes, in a line."""
        done = ", ".join(f"{self.counts[kind]} {kind}" for kind in KINDS)
        checked = self.ledger.checked
        wrong = checked.mismatches + checked.unknown + checked.after_the_end
        return f"{done}; {checked.citations} citations, {wrong} wrong; {len(self.errors)} errors"

    def forget_counts(self) -> None:
        """Begin to count anew."""
        self.counts.clear()
        self.errors.clear()
        self.ledger.begin_anew()

    async def next(self, _: int) -> Reply:
        """One request, and what it entails; an answer that is not as it should be is told among the errors."""
        [kind] = self._chosen.choices(KINDS, SHARES)
        self.counts[kind] += 1
        try:
            status = await self._done(kind)
        except (Unexpected, aiohttp.ClientError, TimeoutError, ValidationError) as error:
            if len(self.errors) < SHOWN:
                self.errors.append(f"{kind}: {type(error).__name__}: {error}")
            status = error.status if isinstance(error, Unexpected) else FAILED
        return Reply(status, kind=kind)

    async def _done(self, kind: str) -> int:
        match kind:
            case "add":
                return await self.add()
            case "replace":
                return await self._replace()
            case "delete":
                return await self._delete()
            case _:
                return await self._ask()

    async def know_what_is_there(self) -> None:
        """Take the documents that the service started with into the ledger."""
        page = DocumentsResponse.model_validate_json(await self._sent("GET", DOCUMENTS, None, 200))
        for document in page.documents:
            if self.ledger.wrote(await self._text(document.id)) != document.sha256:
                raise Unexpected(200, f"the text of {document.id} is not the one of its SHA-256")

    async def add(self) -> int:
        """Send another book."""
        made, sha256 = self._new()
        body = await self._sent("POST", DOCUMENTS, {"text": made.text, "title": made.title}, 201)
        await self._known(made, sha256, body)
        return 201

    async def _replace(self) -> int:
        old, before = self._take()
        made, sha256 = self._new()
        body = await self._sent("PUT", f"{DOCUMENTS}/{old}", {"text": made.text, "title": made.title}, 200)
        self.ledger.ended(before)
        await self._known(made, sha256, body)
        return 200

    async def _delete(self) -> int:
        old, before = self._take()
        await self._sent("DELETE", f"{DOCUMENTS}/{old}", None, 204)
        self.ledger.ended(before)
        return 204

    async def _ask(self) -> int:
        made, _ = self._chosen.choice([*self._made.values()])
        question = self._chosen.choice((*made.questions, *SEED_QUESTIONS))
        asked = time.perf_counter()
        body = await self._sent("POST", "/v1/ask", {"question": question}, 200)
        self.ledger.check(AskResponse.model_validate_json(body), asked=asked)
        return 200

    def _new(self) -> tuple[Made, str]:
        """Another book, in the ledger, and its SHA-256."""
        self._next_book += 1
        made = book(self._next_book)
        return made, self.ledger.wrote(made.text)

    def _take(self) -> tuple[str, str]:
        """The id and the SHA-256 of a document that nobody else changes from now on."""
        document_id = self._chosen.choice([*self._made])
        return document_id, self._made.pop(document_id)[1]

    async def _known(self, made: Made, sha256: str, body: bytes) -> None:
        """The service holds it: its text there is the one that was written."""
        document = DocumentResponse.model_validate_json(body)
        if await self._text(document.id) != made.text or document.sha256 != sha256:
            raise Unexpected(200, f"the text of {document.id} is not the one that was written")
        self._made[document.id] = made, sha256

    async def _text(self, document_id: str) -> str:
        return (await self._sent("GET", f"{DOCUMENTS}/{document_id}/text", None, 200)).decode()

    async def _sent(self, method: str, path: str, body: dict[str, str] | None, expected: int) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        async with self._session.request(method, path, data=data, headers=JSON if data else None) as response:
            received = await response.read()
            if response.status != expected:
                raise Unexpected(response.status, received[:500].decode(errors="replace"))
            return received
