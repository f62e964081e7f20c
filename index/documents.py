"""A document: the canonical text that is stored, shown and cited."""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass

from index.errors import PinciteError
from index.metadata import NOTHING, Metadata
from index.spans import Span

ID_LENGTH = 16
"""Hexadecimal digits of the SHA-256 that make a document's id (64 bits)."""
PLAIN = "text/plain"


class UnusableText(PinciteError):
    """The text cannot be stored and cited exactly: it is empty, or not valid Unicode."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a printed document, or a chapter of a book: its number from 1, its name, and where its text is."""

    number: int
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its origin; ``id`` is the start of the SHA-256 of the text in UTF-8.

    Offsets into ``text`` are Unicode code points everywhere in Pincite. ``context`` are words about the whole
    text, a headline say, that help to find its passages and are never cited. ``original_sha256`` is that of the
    bytes the text was taken from, None where an earlier Pincite did not keep it. ``pages`` are in order and may
    leave out white space between them. ``metadata`` is what questions can be restricted by. Make one with
    ``from_text``.
    """

    id: str
    title: str
    source: str
    text: str
    sha256: str
    context: str = ""
    media_type: str = PLAIN
    original_sha256: str | None = None
    url: str | None = None
    pages: tuple[Page, ...] = ()
    metadata: Metadata = NOTHING

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        title: str,
        source: str,
        context: str = "",
        media_type: str = PLAIN,
        original_sha256: str | None = None,
        url: str | None = None,
        pages: tuple[Page, ...] = (),
        metadata: Metadata = NOTHING,
    ) -> "Document":
        """Check ``text`` and give it its content id; a text that comes from no file is its own original.

        Raises:
            UnusableText: it has no visible character, or a lone surrogate (half of an emoji, say).
        """
        try:
            encoded = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnusableText(
                f"{source}: character {error.start} is a lone surrogate (U+{ord(text[error.start]):04X})",
                remedy="save the text again as valid UTF-8",
            ) from None
        if not text.strip():
            raise UnusableText(f"{source}: there is no text in it", remedy="add a file that holds text")
        sha256 = hashlib.sha256(encoded).hexdigest()
        original = original_sha256 or sha256
        return cls(
            sha256[:ID_LENGTH], title, source, text, sha256, context, media_type, original, url, pages, metadata
        )

    @property
    def intact(self) -> bool:
        """Whether the text is still the one that the SHA-256 was taken of."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest() == self.sha256

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which ``offset`` lies, None where the document has no pages."""
        place = bisect_right(self.pages, offset, key=lambda page: page.span.start)
        return self.pages[place - 1].number if place else None


@dataclass(frozen=True, slots=True)
class Summary:
    """A document without its text: what a list shows. ``length`` is in code points."""

    id: str
    title: str
    source: str
    sha256: str
    length: int
    passages: int
    position: int
    media_type: str
    original_sha256: str | None
    metadata: Metadata = NOTHING
