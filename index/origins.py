"""Which files the documents were taken from, so that a file that changed replaces what came from it."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.store import Store

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


class Origins:
    """The files of a store's documents; its writes are part of the store's transactions.

    A document is kept as long as a file that is still there holds it, or came from elsewhere before.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, path: str) -> Known | None:
        """What is known of a file that was read as a whole."""
        row = self._store.rows("SELECT sha256, media_type, documents FROM files WHERE path = ?", (path,)).fetchone()
        return Known(row[0], row[1], self._held(path), row[2]) if row else None

    def orphans(self, files: Sequence[File]) -> list[str]:
        """The documents that no file holds any more once these are as they are now."""
        now = {file.path: set(file.documents) for file in files if file.sha256}
        dropped = {one: None for path, held in now.items() for one in self._held(path) if one not in held}
        wanted = {one for file in files for one in file.documents}
        return [one for one in dropped if one not in wanted and not self._kept(one, now.keys())]

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""
        query = "SELECT path FROM files WHERE path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || ?2 ORDER BY path"
        return [str(row[0]) for row in self._store.rows(query, (path, os.sep))]

    def alone_in(self, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Of each of these files the documents that no other file holds, nor anything else, each named once."""
        alone: dict[str, tuple[str, ...]] = {}
        named: set[str] = set()
        for path in paths:
            alone[path] = tuple(one for one in self._held(path) if one not in named and not self._kept(one, paths))
            named.update(alone[path])
        return alone

    def forget(self, paths: Iterable[str]) -> None:
        """Know these files no more."""
        for path in paths:
            self._store.rows("DELETE FROM origins WHERE path = ?", (path,))
            self._store.rows("DELETE FROM files WHERE path = ?", (path,))

    def alone(self, files: Sequence[File]) -> list[str]:
        """The documents that no other file than one of these holds, and that they held before."""
        paths = {file.path for file in files}
        held = (one for file in files for one in set(file.documents) & set(self._held(file.path)))
        return [one for one in dict.fromkeys(held) if not self._kept(one, paths)]

    def record(self, files: Iterable[File], new: Iterable[str]) -> None:
        """Keep what these files hold now; ``new`` documents came from nowhere else."""
        fresh = set(new)
        for file in files:
            if file.sha256:
                self._store.rows("DELETE FROM origins WHERE path = ?", (file.path,))
                values = (file.path, file.sha256, file.media_type, len(set(file.documents)))
                self._store.rows("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", values)
            for one in file.documents:
                if one not in fresh and not self._paths(one) and not self._names(file, one):
                    self._store.rows("INSERT INTO origins VALUES (?, ?)", (ELSEWHERE, one))
                self._store.rows("INSERT OR IGNORE INTO origins VALUES (?, ?)", (file.path, one))

    def _names(self, file: File, document_id: str) -> bool:
        """Whether a document says that it comes from a file of that name: an earlier Pincite kept no more."""
        summary = self._store.summary(document_id)
        return summary is not None and summary.source.split("#")[0] == file.source.split("#")[0]

    def _kept(self, document_id: str, but: Iterable[str]) -> bool:
        others = self._paths(document_id) - set(but)
        return any(path == ELSEWHERE or os.path.lexists(path) for path in others)

    def _held(self, path: str) -> tuple[str, ...]:
        query = (
            "SELECT document_id FROM origins JOIN documents ON id = document_id WHERE path = ? ORDER BY position"
        )
        return tuple(str(row[0]) for row in self._store.rows(query, (path,)))

    def _paths(self, document_id: str) -> set[str]:
        rows = self._store.rows("SELECT path FROM origins WHERE document_id = ?", (document_id,))
        return {str(row[0]) for row in rows}
