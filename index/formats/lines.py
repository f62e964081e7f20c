"""Printed lines put together: to paragraphs, and to the words that were cut at a line's end."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from index.formats.blocks import BREAK

WIDER_GAP = 0.4
"""Lines this much further apart than usual, in line heights, belong to two paragraphs."""
OTHER_HEIGHT = 0.15
"""Lines whose heights differ by this share are a heading and a text."""
INDENT = 0.8
"""How far a paragraph's first line is set in, in line heights."""
SHORT_LINE = 0.6
"""A line shorter than this share of its column is the last of its paragraph."""

Box = tuple[float, float, float, float]
_HYPHENS = "\x02\ufffe\xad"
"""What PDFium writes for a hyphen where a line ends, and the soft hyphen."""
_CUT = re.compile(r"(\w+)(?:[\x02\ufffe\xad]\s*|[-\u2010] ?\n\s*)(\w+)")
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\Z")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {chr(code): None for code in range(32) if chr(code) not in "\t\n\x02"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line's characters, and where its first and its last one stand: left, bottom, right, top in points."""

    text: str
    first: Box
    last: Box

    @property
    def height(self) -> float:
        """Of the first character's font, in points."""
        return max(self.first[3] - self.first[1], 0.1)

    @property
    def pattern(self) -> str:
        """The line with every number alike."""
        return re.sub(r"\d+|\b[ivxlc]+\b", "0", " ".join(self.text.split()))


def usual_gap(pages: Iterable[Sequence[Line]]) -> float:
    """The white between two lines of a paragraph in points, as it is most often."""
    gaps = [(_gap(above, below), above.height) for lines in pages for above, below in pairwise(lines)]
    return median_low([gap for gap, height in gaps if gap > -height] or [0.0])


def paragraphs(lines: Sequence[Line], usual: float) -> list[str]:
    """The lines of a page as paragraphs, each on one line; ``usual`` is the gap between two lines."""
    if not lines:
        return []
    found = [[lines[0].text]]
    for above, below in pairwise(lines):
        if _parted(above, below, usual, _right_edge(above, lines)):
            found.append([])
        found[-1].append(below.text)
    whole = "\n".join(" ".join(paragraph) for paragraph in found)
    return [text for paragraph in found if (text := _mended("\n".join(paragraph), whole))]


def joined(text: str, page: str) -> str:
    """``text`` with what stands between it and the next page: a sentence may run on."""
    runs_on = not _ENDED.search(text) and page[0].islower()
    return text + (" " if runs_on else BREAK)


def _gap(above: Line, below: Line) -> float:
    """The white between two lines in points; far below zero where the lower one begins another column."""
    return above.last[1] - below.first[3]


def _right_edge(line: Line, lines: Sequence[Line]) -> float:
    """Where the longest line ends that begins about where ``line`` does."""
    return max(other.last[2] for other in lines if abs(other.first[0] - line.first[0]) <= 2 * line.height)


def _parted(above: Line, below: Line, usual: float, right_edge: float) -> bool:
    """Whether a paragraph ends between two lines."""
    height, gap = max(above.last[3] - above.last[1], 0.1), _gap(above, below)
    if abs(below.height - height) > OTHER_HEIGHT * height:
        return True
    ended = _ENDED.search(above.text.rstrip()) is not None
    if gap < -height:  # another column
        return ended
    if gap > usual + WIDER_GAP * height:
        return True
    set_in = below.first[0] - above.first[0] > INDENT * height
    short = above.last[2] - above.first[0] < SHORT_LINE * (right_edge - above.first[0])
    return (ended and set_in) or short


def _mended(text: str, page: str) -> str:
    """A paragraph's lines as one, without ligatures, and with the words whole that were cut."""

    def whole(cut: re.Match[str]) -> str:
        compound = f"{cut[1]}-{cut[2]}"
        return compound if not cut[2][0].islower() or compound in page else cut[1] + cut[2]

    text = _CUT.sub(whole, text)
    return " ".join(text.translate(_LIGATURES).strip(_HYPHENS).split())
