"""Which files the documents were taken from, so that a file that changed replaces what came from it."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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

    def paths(self, document_ids: Sequence[str]) -> Mapping[str, set[str]]:
        """For each of the documents the files that held it, and ``ELSEWHERE``."""

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""

    def keep_file(self, path: str, sha256: str, media_type: str, count: int) -> None:
        """Keep what a file is now, and nothing of which documents it held."""

    def keep_held(self, path: str, document_ids: Sequence[str]) -> None:
        """Keep that the file holds the documents."""

    def forget(self, path: str) -> None:
        """Keep nothing of the file."""


class Origins:
    """The files of a store's documents; its writes are part of the store's transactions.

    A document is kept as long as a file that is still there holds it, or came from elsewhere before.
    """

    def __init__(self, traces: Traces, sources: Callable[[Sequence[str]], Mapping[str, str]]) -> None:
        """``sources`` are what documents say that they come from, by their ids."""
        self._traces = traces
        self._sources = sources

    def known(self, path: str) -> Known | None:
        """What is known of a file that was read as a whole."""
        file = self._traces.file(path)
        return Known(file[0], file[1], self._traces.held(path), file[2]) if file else None

    def orphans(self, files: Sequence[File]) -> list[str]:
        """The documents that no file holds any more once these are as they are now."""
        now = {file.path: set(file.documents) for file in files if file.sha256}
        dropped = {one: None for path, held in now.items() for one in self._traces.held(path) if one not in held}
        wanted = {one for file in files for one in file.documents}
        return self._alone([one for one in dropped if one not in wanted], now.keys())

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""
        return self._traces.inside(path)

    def alone_in(self, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Of each of these files the documents that no other file holds, nor anything else, each named once."""
        alone: dict[str, tuple[str, ...]] = {}
        named: set[str] = set()
        for path in paths:
            held = [one for one in self._traces.held(path) if one not in named]
            alone[path] = tuple(self._alone(held, paths))
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
        return self._alone(list(dict.fromkeys(held)), paths)

    def record(self, files: Iterable[File], new: Iterable[str]) -> None:
        """Keep what these files hold now; ``new`` documents came from nowhere else."""
        fresh = set(new)
        for file in files:
            if file.sha256:
                self._traces.keep_file(file.path, file.sha256, file.media_type, len(set(file.documents)))
            paths = self._traces.paths([one for one in file.documents if one not in fresh])
            strangers = self._of_others(file, [one for one, known in paths.items() if not known])
            self._traces.keep_held(ELSEWHERE, strangers)
            self._traces.keep_held(file.path, file.documents)

    def _of_others(self, file: File, document_ids: Sequence[str]) -> list[str]:
        """Those that do not say that they come from a file of that name: an earlier Pincite kept no more."""
        sources = self._sources(document_ids)
        own = file.source.split("#")[0]
        return [one for one in document_ids if one not in sources or sources[one].split("#")[0] != own]

    def _alone(self, document_ids: Sequence[str], paths: Iterable[str]) -> list[str]:
        """Those that came from these files alone, or from others that are no more."""
        but = set(paths)
        known = self._traces.paths(document_ids)
        return [one for one in document_ids if not any(map(_is_there, known[one] - but))]


def _is_there(path: str) -> bool:
    return path == ELSEWHERE or os.path.lexists(path)
