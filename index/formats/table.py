"""Which reader reads which file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from index.formats.extracted import Extracted, NotMeant

Reader = Callable[[bytes], Iterable[Extracted]]
"""Raises UnreadableFile with a problem that continues the file's name: ``is encrypted``."""

MIB = 2**20


class UnknownFormat(NotMeant):
    """The file's ending is none that there is a reader for."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media type, its endings in lower case, and the size up to which it is read."""

    module: str
    media_type: str
    suffixes: tuple[str, ...]
    max_mib: int

    @property
    def read(self) -> Reader:
        """The reader; its module is imported here, so that asking a question loads no PDF library."""
        reader: Reader = import_module(f"index.formats.{self.module}").read
        return reader


FORMATS = (
    Format("plain", "text/plain", ("", ".txt", ".text", ".log", ".rst", ".adoc", ".org"), 20),
    Format("markdown", "text/markdown", (".md", ".markdown"), 20),
    Format("webpage", "text/html", (".html", ".htm", ".xhtml"), 20),
    Format("pdf", "application/pdf", (".pdf",), 200),
    Format("word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), 200),
    Format("epub", "application/epub+zip", (".epub",), 200),
    Format("jsonl", "application/jsonl", (".jsonl", ".ndjson"), 500),
    Format("mail", "message/rfc822", (".eml",), 100),
)
SUFFIXES = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}


def format_of(suffix: str) -> Format:
    """The format of files that end in ``suffix``; a file without an ending is taken for plain text.

    Raises:
        UnknownFormat: there is none.
    """
    found = SUFFIXES.get(suffix.lower())
    if found is None:
        raise UnknownFormat(
            f"there is no reader for files that end in '{suffix}'",
            remedy=f"save it as one of {', '.join(filter(None, SUFFIXES))}",
        )
    return found
