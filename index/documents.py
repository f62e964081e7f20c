"""A document: the canonical text that is stored, shown and cited."""

import hashlib
from dataclasses import dataclass

from index.errors import PinciteError

ID_LENGTH = 16
"""Hexadecimal digits of the SHA-256 that make a document's id (64 bits)."""


class UnusableText(PinciteError):
    """The text cannot be stored and cited exactly: it is empty, or not valid Unicode."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its origin; ``id`` is the start of the SHA-256 of the text in UTF-8.

    Offsets into ``text`` are Unicode code points everywhere in Pincite. ``context`` are words about the whole
    text, a headline say, that help to find its passages and are never cited. Make one with ``from_text``.
    """

    id: str
    title: str
    source: str
    text: str
    sha256: str
    context: str = ""

    @classmethod
    def from_text(cls, text: str, *, title: str, source: str, context: str = "") -> "Document":
        """Check ``text`` and give it its content id.

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
        return cls(sha256[:ID_LENGTH], title, source, text, sha256, context)

    @property
    def intact(self) -> bool:
        """Whether the text is still the one that the SHA-256 was taken of."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest() == self.sha256


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
