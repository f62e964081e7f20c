"""Which files the documents were taken from, so that a file that changed replaces what came from it."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.documents import Summary

ELSEWHERE = ""
"""The path of what came from no file."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is now, or a part of it: ``documents`` are the ids of what it holds, ``source`` what they name.

    ``sha256`` is that of its bytes, None where there are more documents to come.
    """

    path: str
    source: str
    media_type: str
    sha256: str | None
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was when it was last read as a whole: the documents of it that are still there, of how many."""

    sha256: str
    media_type: str
    documents: tuple[str, ...]
    of: int

    def still(self, sha256: str, media_type: str) -> bool:
        """Whether it need not be read again."""
        return (self.sha256, self.media_type, self.of) == (sha256, media_type, len(self.documents))


def key(path: Path) -> str:
    """What a file is known by: its own path from the root on, whatever links led to it."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "backslashreplace")


class Traces(Protocol):
    """What is kept of files: written inside the store's transactions."""

    def file(self, path: str) -> tuple[str, str, int] | None:
        """SHA-256, media type and number of documents of a file that was read as a whole."""

    def held(self, path: str) -> tuple[str, ...]:
        """The documents of that file that are in the library, in the order in which they were added."""

    def paths(self, document_id: str) -> set[str]:
        """The files that held a document, and ``ELSEWHERE``."""

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""

    def keep_file(self, path: str, sha256: str, media_type: str, count: int) -> None:
        """Keep what a file is now, and nothing of which documents it held."""

    def keep_held(self, path: str, document_id: str) -> None:
        """Keep that the file holds the document."""

    def forget(self, path: str) -> None:
        """Keep nothing of the file."""


class Origins:
    """The files of a store's documents; its writes are part of the store's transactions.

    A document is kept as long as a file that is still there holds it, or came from elsewhere before.
    """

    def __init__(self, traces: Traces, summary: Callable[[str], Summary | None]) -> None:
        """``summary`` is what is known of a document, by its id."""
        self._traces = traces
        self._summary = summary

    def known(self, path: str) -> Known | None:
        """What is known of a file that was read as a whole."""
        file = self._traces.file(path)
        return Known(file[0], file[1], self._traces.held(path), file[2]) if file else None

    def orphans(self, files: Sequence[File]) -> list[str]:
        """The documents that no file holds any more once these are as they are now."""
        now = {file.path: set(file.documents) for file in files if file.sha256}
        dropped = {one: None for path, held in now.items() for one in self._traces.held(path) if one not in held}
        wanted = {one for file in files for one in file.documents}
        return [one for one in dropped if one not in wanted and not self._kept(one, now.keys())]

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""
        return self._traces.inside(path)

    def alone_in(self, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Of each of these files the documents that no other file holds, nor anything else, each named once."""
        alone: dict[str, tuple[str, ...]] = {}
        named: set[str] = set()
        for path in paths:
            held = self._traces.held(path)
            alone[path] = tuple(one for one in held if one not in named and not self._kept(one, paths))
            named.update(alone[path])
        return alone

    def forget(self, paths: Iterable[str]) -> None:
        """Know these files no more."""
        for path in paths:
            self._traces.forget(path)

    def alone(self, files: Sequence[File]) -> list[str]:
        """The documents that no other file than one of these holds, and that they held before."""
        paths = {file.path for file in files}
        held = (one for file in files for one in set(file.documents) & set(self._traces.held(file.path)))
        return [one for one in dict.fromkeys(held) if not self._kept(one, paths)]

    def record(self, files: Iterable[File], new: Iterable[str]) -> None:
        """Keep what these files hold now; ``new`` documents came from nowhere else."""
        fresh = set(new)
        for file in files:
            if file.sha256:
                self._traces.keep_file(file.path, file.sha256, file.media_type, len(set(file.documents)))
            for one in file.documents:
                if one not in fresh and not self._traces.paths(one) and not self._names(file, one):
                    self._traces.keep_held(ELSEWHERE, one)
                self._traces.keep_held(file.path, one)

    def _names(self, file: File, document_id: str) -> bool:
        """Whether a document says that it comes from a file of that name: an earlier Pincite kept no more."""
        summary = self._summary(document_id)
        return summary is not None and summary.source.split("#")[0] == file.source.split("#")[0]

    def _kept(self, document_id: str, but: Iterable[str]) -> bool:
        others = self._traces.paths(document_id) - set(but)
        return any(path == ELSEWHERE or os.path.lexists(path) for path in others)
