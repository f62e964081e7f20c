"""JSON lines: many documents in one file."""

import hashlib
import io
import json
from collections.abc import Iterator

from index.formats.extracted import BrokenFile, Extracted
from index.metadata import BadMetadata, Metadata


def read(raw: bytes) -> Iterator[Extracted]:
    """A document a line, from an object with ``text`` and perhaps ``title``, ``id`` and ``metadata``.

    Every line is checked before the first is returned, so that a file is read whole or not at all.
    """
    for _ in _documents(raw):
        pass
    yield from _documents(raw)


def _documents(raw: bytes) -> Iterator[Extracted]:
    for number, line in enumerate(io.BytesIO(raw.removeprefix(b"\xef\xbb\xbf")), start=1):
        if line.strip():
            yield _document(number, line)


def _document(number: int, line: bytes) -> Extracted:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _bad(number, "is no JSON object in UTF-8")
    text, title, name = found.get("text"), found.get("title") or "", found.get("id")
    if not isinstance(text, str) or not text.strip():
        raise _bad(number, "has no text under 'text'")
    if not isinstance(title, str) or not isinstance(name, str | int | None):
        raise _bad(number, "has a title that is no text, or an id that is neither text nor number")
    part = str(number if name is None else name)
    sha256 = hashlib.sha256(line.rstrip(b"\r\n")).hexdigest()
    return Extracted(text, title=title, part=part, sha256=sha256, metadata=_metadata(number, found.get("metadata")))


def _metadata(number: int, given: object) -> Metadata:
    """What the line says of its document; null says nothing."""
    if not isinstance(given, dict | None):
        raise _bad(number, "has metadata that are no object")
    try:
        return Metadata.of({name: value for name, value in (given or {}).items() if value is not None})
    except BadMetadata as error:
        raise BrokenFile(f"line {number}: {error.problem}", remedy=error.remedy) from None


def _bad(number: int, problem: str) -> BrokenFile:
    return BrokenFile(
        f"line {number} {problem}",
        remedy='write each line as {"text": "…", "title": "…", "id": "…", "metadata": {…}}',
    )
