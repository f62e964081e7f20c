"""Every citation of every answer, checked by the client against texts that it knows."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from api.bodies.answers import AskResponse
from api.bodies.citations import CitationBody

SHOWN = 5
"""Of what was wrong, so many are told in words."""


@dataclass(slots=True)
class Version:
    """A text that the client wrote, or found there, and when it was gone.

    ``until`` is when the service acknowledged its end, by the client's clock; None while it is there.
    """

    text: str
    until: float | None = None


@dataclass(slots=True)
class Checked:
    """What the checks came to; ``gone_meanwhile`` are right ones of documents that left before the check."""

    citations: int = 0
    mismatches: int = 0
    unknown: int = 0
    after_the_end: int = 0
    gone_meanwhile: int = 0
    told: list[str] = field(default_factory=list)


class Ledger:
    """The versions that the client wrote, by their SHA-256, and the checks against them.

    A citation names its version by that, and its document by the same hash's start. It is right where the text of
    that version has the quotation at its place, to the code point, and around it what the selector says. One of a
    document whose end was acknowledged before the question was sent is wrong, however well it fits.
    """

    def __init__(self) -> None:
        self._versions: dict[str, Version] = {}
        self.checked = Checked()

    def wrote(self, text: str) -> str:
        """The client is about to send this text, which can be cited before that is acknowledged; its SHA-256."""
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._versions[sha256] = Version(text)
        return sha256

    def ended(self, sha256: str) -> None:
        """The service acknowledged that it holds it no more."""
        self._versions[sha256].until = time.perf_counter()

    def begin_anew(self) -> None:
        """Count from nothing; the versions stay known."""
        self.checked = Checked()

    def check(self, answer: AskResponse, *, asked: float) -> None:
        """Check all that ``answer`` cites; ``asked`` is when the question was sent, by the same clock."""
        for citation in citations_of(answer):
            self.checked.citations += 1
            version = self._versions.get(citation.document_sha256)
            if version is None or not citation.document_sha256.startswith(citation.document_id):
                self.checked.unknown += 1
                self._tell("of no known version", citation)
            elif not exact(citation, version.text):
                self.checked.mismatches += 1
                self._tell("not what stands there", citation)
            elif version.until is not None and version.until < asked:
                self.checked.after_the_end += 1
                self._tell("of a document that was gone", citation)
            elif version.until is not None:
                self.checked.gone_meanwhile += 1

    def _tell(self, what: str, citation: CitationBody) -> None:
        if len(self.checked.told) < SHOWN:
            self.checked.told.append(f"{what}: {citation.model_dump_json()}")


def citations_of(answer: AskResponse) -> Iterator[CitationBody]:
    """All that are in it: of the answer, of its words, what answers otherwise, passages and their sentences."""
    quotes = [answer.answer, *answer.answer.also] if answer.answer else []
    for quote in quotes:
        yield quote.citation
        if quote.span:
            yield quote.span.citation
    for passage in answer.passages:
        yield passage.citation
        yield passage.sentence


def exact(citation: CitationBody, text: str) -> bool:
    """Whether ``text`` has the quotation at its place, and around it what the selector says; in code points."""
    start, end = citation.start_char_index, citation.end_char_index
    quote, place = citation.selectors
    return (
        text[start:end] == citation.cited_text == quote.exact
        and (place.start, place.end) == (start, end)
        and text[:start].endswith(quote.prefix)
        and text[end:].startswith(quote.suffix)
    )
