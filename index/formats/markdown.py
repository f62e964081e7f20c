"""Markdown, cited as it is written."""

import re
from collections.abc import Iterator

from index.formats.extracted import Extracted
from index.formats.plain import decoded

_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")


def read(raw: bytes) -> Iterator[Extracted]:
    """The text as it is written; its first heading is its title."""
    text, notes = decoded(raw)
    yield Extracted(text, title=_title(text), notes=notes)


def _title(text: str) -> str:
    fence = before = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence, before = "" if fence else mark[1], ""
            continue
        heading = _HEADING.match(line)
        if heading and heading[1] and not fence:
            return _unmarked(heading[1])
        if before and _UNDERLINE.match(line) and not fence:
            return _unmarked(before)
        before = line.strip()
    return ""


def _unmarked(heading: str) -> str:
    """A heading's words without emphasis, code marks and the targets of its links."""
    return re.sub(r"[*`]", "", re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)).strip()
