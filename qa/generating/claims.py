"""A model's text as claims: sentences apart from the marks that cite passages, also while it is being written."""

import re
from collections.abc import Iterator

from index.sentences import split
from index.spans import Span, trimmed
from qa.generating.written import Claim

MOST_CHARACTERS = 2000
"""A line that has no end by then is cut."""
MOST_NUMBERS = 20
"""Passages that one mark names at most; of a longer range only the ends count."""

_MARK = re.compile(
    r"\s?[\[【]\s?(?:passages?\s)?\d{1,4}(?:\s?(?:[,;–-]|and)\s?\d{1,4}){0,19}\s?[\]】]", re.IGNORECASE
)
_OPEN_MARK = re.compile(r"[\[【][^\]】]{0,120}$")
_RANGE = re.compile(r"(\d+)(?:\s?[–-]\s?(\d+))?")
_BULLET = re.compile(r"\s*(?:[-*•]+|\d{1,3}[.)]|#{1,6})\s+")
_EMPHASIS = re.compile(r"\*+|__+|`+")
_LINE = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_WHITE = re.compile(r"\s")
_ENDED = re.compile(r"[.!?…。！？।؟][\"”’»)\]*_`]*$")


class Claims:
    """Cuts a text that comes in pieces into claims; into which pieces makes no difference.

    Beside white space and marks, the claims are all of the text. A line's end ends a claim. A mark belongs to the
    sentence that it stands in or behind, at the start of a line to the first one.
    """

    def __init__(self) -> None:
        self._text = ""
        self._looked = 0

    def add(self, piece: str) -> list[Claim]:
        """The claims that are whole once ``piece`` has come: behind them is a line's end or another's word."""
        self._text += piece
        found: list[Claim] = []
        while (place := self._next()) is not None:
            found += self._taken(place)
        return found

    def end(self) -> list[Claim]:
        """The claims that are left."""
        rest, self._text, self._looked = self._text, "", 0
        return [claim for claim, _ in _cut(rest)]

    def _next(self) -> int | None:
        """The next place to look at: behind white space, or where a line is too long; None until more has come."""
        found = _WHITE.search(self._text, self._looked, MOST_CHARACTERS)
        if not found and len(self._text) < MOST_CHARACTERS:
            return None
        self._looked = found.end() if found else MOST_CHARACTERS
        return self._looked

    def _taken(self, place: int) -> list[Claim]:
        """The claims before ``place`` that nothing behind it can change, taken out of the text."""
        head = self._text[:place]
        cut = _cut(head)
        if place == MOST_CHARACTERS or _LINE.match(head[-1]):
            end = place
        elif len(cut) > 1 and not _OPEN_MARK.search(head):
            cut.pop()
            end = cut[-1][1]
        else:
            return []
        self._text, self._looked = self._text[end:], place - end
        return [claim for claim, _ in cut]


def ended(claim: Claim) -> bool:
    """Whether the claim ends as a sentence does."""
    return bool(_ENDED.search(claim.text))


def _cut(line: str) -> list[tuple[Claim, int]]:
    """The claims of one line, each with the place in it where it and its marks end."""
    marks = list(_MARK.finditer(line))
    plain = _MARK.sub("", line)
    spans = _sentences(plain)
    places = [mark.start() - sum(len(other[0]) for other in marks[:i]) for i, mark in enumerate(marks)]
    found = []
    for i, span in enumerate(spans):
        behind = spans[i + 1].start if i + 1 < len(spans) else len(plain)
        own = [m for m, p in zip(marks, places, strict=True) if (span.start < p or i == 0) and p <= behind]
        before = sum(len(mark[0]) for mark, place in zip(marks, places, strict=True) if place < span.end)
        end = max([span.end + before, *(mark.end() for mark in own)])
        text = span.of(plain)
        words = _EMPHASIS.sub("", text[len(_bullet(text)) :]).strip()
        found.append((Claim(text, words, tuple(dict.fromkeys(n for mark in own for n in _named(mark[0])))), end))
    return found


def _sentences(plain: str) -> list[Span]:
    """The sentences of a line without marks; a bullet belongs to the first."""
    start = len(_bullet(plain))
    spans = [Span(one.start + start, one.end + start) for one in split(plain[start:])]
    if not spans:
        whole = trimmed(plain, 0, len(plain))
        return [whole] if whole else []
    first = trimmed(plain, 0, spans[0].end)
    return [first or spans[0], *spans[1:]]


def _bullet(text: str) -> str:
    found = _BULLET.match(text)
    return found[0] if found else ""


def _named(mark: str) -> Iterator[int]:
    """The numbers in a mark, ranges written out."""
    for found in _RANGE.finditer(mark):
        first, last = int(found[1]), int(found[2] or found[1])
        if first <= last < first + MOST_NUMBERS:
            yield from range(first, last + 1)
        else:
            yield from (first, last)
