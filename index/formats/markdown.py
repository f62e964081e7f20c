"""Markdown, cited as it is written."""

import re
from collections.abc import Iterator
from datetime import date

import yaml

from index.formats.extracted import Extracted
from index.formats.plain import decoded
from index.metadata import Metadata

MAX_FRONT_CHARACTERS = 20_000
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")


def read(raw: bytes) -> Iterator[Extracted]:
    """The text as it is written, with its front matter; that names the title, or else the first heading does."""
    text, notes = decoded(raw)
    front, end = _front(text)
    stated = front.get("title")
    title = stated if isinstance(stated, str) else _title(text[end:])
    said = {name: _iso(value) for name, value in front.items() if name != "title"}
    yield Extracted(text, title=title, notes=notes, metadata=Metadata.stated(said))


def _front(text: str) -> tuple[dict[str, object], int]:
    """The names and values of the YAML between two lines of hyphens at the beginning, and where that ends."""
    found = _FRONT.match(text[:MAX_FRONT_CHARACTERS])
    if not found:
        return {}, 0
    try:
        front = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, 0
    if not isinstance(front, dict):
        return {}, 0
    return {name: value for name, value in front.items() if isinstance(name, str)}, found.end()


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


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
