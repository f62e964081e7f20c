"""Files into documents, within limits and whatever their format."""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

from index.documents import Document
from index.errors import PinciteError
from index.formats.extracted import BrokenFile, Extracted, TooLarge, UnreadableFile
from index.formats.table import MIB, Format, format_of
from index.metadata import NOTHING, Metadata

MAX_TEXT_CHARACTERS = 5_000_000
"""Code points of one document: some 2,500 printed pages, and 0.8 GB of memory while it is cut into passages."""
_MADE_BY_PROGRAM = re.compile(
    r"(?:microsoft (?:word|powerpoint) - .*|untitled.*|.*\.(?:docx?|indd|qxd|tex|dvi|pdf))", re.I
)
"""Titles that nobody wrote."""


_MAX_NAME_CHARACTERS = 255


class UnusableName(UnreadableFile):
    """A file's name has a line break or another control character."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file's bytes and what they are: read once, known by their SHA-256; ``path`` is only shown."""

    path: PurePath
    raw: bytes
    sha256: str
    format: Format


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read, with what a person should know of how: its encoding, say."""

    document: Document
    notes: tuple[str, ...]


def read(path: Path, *, source: str = "") -> Iterator[Reading]:
    """The documents in a file, most often one; raises as ``original`` and ``documents`` do."""
    return documents(original(path), source=source or path.name)


def original(path: Path) -> Original:
    """The bytes of a file that there is a reader for.

    Raises:
        UnknownFormat, UnusableName: its name says that there is none, or cannot be shown on a line.
        TooLarge: it has more bytes than its format may have.
        UnreadableFile: it cannot be opened.
    """
    if any(ord(character) < 32 or ord(character) == 127 for character in path.name):
        raise UnusableName(f"{printable(str(path))}: has a control character in its name", remedy="rename it")
    with _naming(path):
        format_ = format_of(path.suffix)
        try:
            with path.open("rb") as file:
                raw = file.read(format_.max_mib * MIB + 1)
        except OSError as error:
            raise UnreadableFile(
                f"cannot be read ({error.strerror})", remedy="check the file and its permissions"
            ) from error
        return _original(path, raw, format_)


def received(name: str, file: BinaryIO) -> Original:
    """The bytes of ``file`` that came under a stranger's ``name``: its ending says the format, nothing is opened.

    What cannot be shown on a line is replaced in the name, and of a path only the last part is kept.

    Raises:
        UnknownFormat: there is no reader for such a name.
        TooLarge: it has more bytes than its format may have.
    """
    path = PurePosixPath(PurePosixPath(printable(name)).name[-_MAX_NAME_CHARACTERS:] or "unnamed")
    with _naming(path):
        format_ = format_of(path.suffix)
        return _original(path, file.read(format_.max_mib * MIB + 1), format_)


def _original(path: PurePath, raw: bytes, format_: Format) -> Original:
    if len(raw) > format_.max_mib * MIB:
        raise TooLarge(f"is larger than {format_.max_mib} MiB", remedy="cut it into parts")
    return Original(path, raw, hashlib.sha256(raw).hexdigest(), format_)


def documents(file: Original, *, source: str, metadata: Metadata = NOTHING) -> Iterator[Reading]:
    """The documents in a file's bytes; ``source`` is what they are said to come from.

    ``metadata`` are said of each, before what the file says itself.

    Raises:
        UnreadableFile: they are not what the name says; the subclass and the message say why.
        UnusableText: there is no text in it.
    """
    source = printable(source)
    with _naming(file.path, source):
        for one in _extracted(file):
            require_length(one.text)
            yield Reading(_document(one, file, source, metadata), one.notes)


def require_length(text: str) -> None:
    """Refuse what is too long for one document.

    Raises:
        TooLarge: it has more than ``MAX_TEXT_CHARACTERS``.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise TooLarge(
            f"holds a text of {len(text):,} characters, and {MAX_TEXT_CHARACTERS:,} is the most",
            remedy="cut it into parts",
        )


def _extracted(file: Original) -> Iterator[Extracted]:
    try:
        yield from file.format.read(file.raw)
    except PinciteError:
        raise
    except Exception as error:  # the libraries below meet any bytes, and fail in any way
        problem = f"cannot be understood ({type(error).__name__}: {error})"
        raise BrokenFile(problem, remedy="save it again, or in another format") from error


def _document(one: Extracted, file: Original, source: str, metadata: Metadata) -> Document:
    path = PurePath(printable(file.path.name))
    own = "" if _MADE_BY_PROGRAM.fullmatch(one.title) else printable(one.title)
    return Document.from_text(
        one.text,
        title=own or (f"{path.name} {one.part}" if one.part else path.name),
        source=f"{source}#{printable(one.part)}" if one.part else source,
        context=own or context_of(path.stem),
        media_type=file.format.media_type,
        original_sha256=one.sha256 or file.sha256,
        url=one.url,
        pages=one.pages,
        metadata=one.metadata | metadata,
    )


def context_of(name: str) -> str:
    """The words in a file's name and the years, without what only numbers files: ``2021 annual report``."""
    words = re.findall(r"[^\W\d_]{2,}|(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", name)
    numbered = re.search(r"\d[^\W\d_]|[^\W\d_]\d", name)
    return "" if numbered else " ".join(words)


def printable(name: str) -> str:
    """``name`` on one line, as far as it is valid Unicode."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "\ufffd", name)


@contextlib.contextmanager
def _naming(path: PurePath, source: str = "") -> Iterator[None]:
    """Put the path before what is wrong with the file, in place of its source."""
    try:
        yield
    except PinciteError as error:
        problem = f"{printable(str(path))}: {error.problem.removeprefix(f'{source}: ')}"
        raise type(error)(problem, remedy=error.remedy) from error.__cause__
