"""Which files held which documents, as two tables of the store."""

import os
from collections.abc import Sequence

from index.store import Store


class StoredTraces:
    """Reads and writes them inside the store's transactions; what ``origins.Traces`` says of each method holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def file(self, path: str) -> tuple[str, str, int] | None:
        """SHA-256, media type and number of documents of a file that was read as a whole."""
        row = self._store.rows("SELECT sha256, media_type, documents FROM files WHERE path = ?", (path,)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def held(self, path: str) -> tuple[str, ...]:
        """The documents of that file that are in the library, in the order in which they were added."""
        query = (
            "SELECT document_id FROM origins JOIN documents ON id = document_id WHERE path = ? ORDER BY position"
        )
        return tuple(str(row[0]) for row in self._store.rows(query, (path,)))

    def paths(self, document_ids: Sequence[str]) -> dict[str, set[str]]:
        """The files that held each of the documents."""
        query = "SELECT path FROM origins WHERE document_id = ?"
        return {one: {str(row[0]) for row in self._store.rows(query, (one,))} for one in document_ids}

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""
        query = "SELECT path FROM files WHERE path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || ?2 ORDER BY path"
        return [str(row[0]) for row in self._store.rows(query, (path, os.sep))]

    def keep_file(self, path: str, sha256: str, media_type: str, count: int) -> None:
        """Keep what a file is now, and nothing of which documents it held."""
        self._store.rows("DELETE FROM origins WHERE path = ?", (path,))
        self._store.rows("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (path, sha256, media_type, count))

    def keep_held(self, path: str, document_ids: Sequence[str]) -> None:
        """Keep that the file holds the documents."""
        for document_id in document_ids:
            self._store.rows("INSERT OR IGNORE INTO origins VALUES (?, ?)", (path, document_id))

    def forget(self, path: str) -> None:
        """Keep nothing of the file."""
        self._store.rows("DELETE FROM origins WHERE path = ?", (path,))
        self._store.rows("DELETE FROM files WHERE path = ?", (path,))
