"""Requests with an Idempotency-Key, which are done once however often they are sent."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from api.http.dependencies import Held, Running
from api.http.refusals import KeyInUse, KeyUsedBefore, NoLongerThere
from api.http.uploads import Upload
from index.errors import PinciteError
from index.library import Library, UnknownDocument
from index.receipts import Receipt

LETTERS = r"[\x21\x23-\x5b\x5d-\x7e]{1,255}"
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=f'^(?:{LETTERS}|"{LETTERS}")$',
        description="The client's name for this request, such as a UUID, in quotes or not: sent again within "
        "a day, it is not done again.",
    ),
]
logger = logging.getLogger(__name__)


async def _named(service: Running, request: Request, held: Held, key: Key = None) -> str | None:
    """What the request is kept under, None where it has no name; a name is its client's own."""
    if key is None:
        return None
    client = getattr(request.state, "key_id", "")
    name = hashlib.sha256(f"{client} {key.strip(chr(34))}".encode()).hexdigest()
    if name in service.under_way:
        raise KeyInUse(
            "a request of the same Idempotency-Key is under way", remedy="wait for it, and send it again"
        )
    service.under_way.add(name)
    held.callback(service.under_way.remove, name)
    return name


Named = Annotated[str | None, Depends(_named)]


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is done unless it was done before; ``name`` is None where it is done in any case."""

    library: Library
    name: str | None
    sent: Upload

    def before(self) -> Receipt | None:
        """The receipt of the same request, None where it is to be done.

        Raises:
            KeyUsedBefore: there is one of another request.
            NoLongerThere: what it added was removed since; to add it again would bring it back.
        """
        receipt = self.library.receipts.find(self.name) if self.name else None
        if receipt is None:
            return None
        if receipt.request != self.sent.digest():
            raise KeyUsedBefore(
                "a request of the same Idempotency-Key sent something else", remedy="give each request its own key"
            )
        try:
            for document_id in receipt.documents:
                self.library.summary(document_id)
        except UnknownDocument:
            raise NoLongerThere(
                "the same request added a document that was removed since",
                remedy="send it with another Idempotency-Key to add it again",
            ) from None
        return receipt

    def done(self, *, new: bool, documents: Sequence[str], notes: Sequence[str]) -> Receipt:
        """The receipt; where it cannot be kept, the request would be done again, and find its documents there."""
        receipt = Receipt(self.sent.digest() if self.name else "", new, tuple(documents), tuple(notes))
        if self.name:
            try:
                self.library.receipts.keep(self.name, receipt)
            except PinciteError as error:
                logger.warning("an Idempotency-Key could not be kept (%s)", error)
        return receipt
