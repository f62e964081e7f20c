"""Files in, documents out."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from index.documents import Document, UnusableText
from index.errors import PinciteError

SUFFIXES = frozenset({".txt"})
"""File name endings, in lower case, that a folder is searched for."""


class UnreadableFile(PinciteError):
    """A file that is not there, cannot be opened, or is not text."""


def text_files(path: Path) -> Iterator[Path]:
    """``path`` itself, or the text files anywhere in that folder by name; hidden ones are left out.

    Raises:
        UnreadableFile: nothing is there, or something that is no file, such as a pipe.
    """
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if found.suffix.lower() in SUFFIXES and found.is_file() and not hidden:
                yield found
    elif path.is_file():
        yield path
    elif path.exists():
        raise UnreadableFile(f"{path}: is neither a file nor a folder", remedy="name a text file")
    else:
        raise UnreadableFile(f"{path}: there is no such file or folder", remedy="check the path")


def read_document(path: Path) -> Document:
    """The document in a UTF-8 text file, its line ends as they are; the file's name is its title.

    Raises:
        UnreadableFile: it cannot be read, or is not UTF-8.
        UnusableText: it is empty or not valid Unicode.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{path}: cannot be read ({error.strerror})", remedy="check the file and its permissions"
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path}: is not UTF-8 text (byte {error.start})", remedy="save it as UTF-8"
        ) from error
    name, stem = (os.fsencode(part).decode("utf-8", "replace") for part in (path.name, path.stem))
    try:
        return Document.from_text(text, title=name, source=name, context=context_of(stem))
    except UnusableText as error:
        raise UnusableText(error.problem.replace(name, str(path), 1), remedy=error.remedy) from None


def context_of(name: str) -> str:
    """The words in a file's name and the years, without what only numbers files: ``2021 annual report``."""
    words = re.findall(r"[^\W\d_]{2,}|(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", name)
    numbered = re.search(r"\d[^\W\d_]|[^\W\d_]\d", name)
    return "" if numbered else " ".join(words)
