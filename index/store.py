"""The library's one truth: documents, passages and vectors in SQLite."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.documents import Document, Summary
from index.embedding import Vectors
from index.errors import PinciteError
from index.passages import Passage
from index.spans import Span

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    sentences BLOB NOT NULL,  -- (n, 2) little-endian int32 code points, in order
    vectors BLOB NOT NULL     -- (1 + n, dimension) little-endian float16 unit rows: the passage, its sentences
) STRICT;
CREATE INDEX passages_of_document ON passages (document_id);
"""


class UnusableStore(PinciteError):
    """The library's database cannot be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage beside its vectors, ``(1 + sentences, dimension)`` float32: itself, then each sentence."""

    passage: Passage
    vectors: Vectors


_PASSAGE = "SELECT id, document_id, sentences, vectors FROM passages"
_SUMMARY = """
SELECT id, title, source, sha256, length(text),
       (SELECT count(*) FROM passages WHERE document_id = documents.id), position
FROM documents
"""


class Store:
    """One SQLite file in WAL mode; every thread has its own connection, one writes at a time."""

    def __init__(self, path: Path) -> None:
        """Open or create the database.

        Raises:
            UnusableStore: it cannot be opened, or another version of Pincite made it.
        """
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        with self._translated():
            connection = self._connection()
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            raise UnusableStore(
                f"the library {path} has schema {version}, this Pincite reads {SCHEMA_VERSION}",
                remedy="use the Pincite that made it, or set PINCITE_DATA to another folder",
            )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together, are on disk at its end, and raise the generation by one."""
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.set_meta("generation", str(self.generation + 1))
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @property
    def generation(self) -> int:
        """How many transactions this library has seen."""
        return int(self.meta("generation") or 0)

    def meta(self, key: str) -> str | None:
        """The value kept under ``key``."""
        row = self._execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        self._execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def add_document(self, document: Document) -> None:
        """Store a document that is not there yet."""
        row = (document.id, document.title, document.source, document.text, document.sha256)
        self._execute("INSERT INTO documents (id, title, source, text, sha256) VALUES (?, ?, ?, ?, ?)", row)

    def add_passage(self, document_id: str, sentences: Sequence[Span], vectors: Vectors) -> int:
        """Store a passage; its id is never used again, not even after it is removed."""
        spans = np.array([(s.start, s.end) for s in sentences], dtype="<i4").tobytes()
        cursor = self._execute(
            "INSERT INTO passages (document_id, sentences, vectors) VALUES (?, ?, ?)",
            (document_id, spans, vectors.astype("<f2").tobytes()),
        )
        return int(cursor.lastrowid or 0)

    def remove_document(self, document_id: str) -> bool:
        """Remove a document with its passages; False where there is none."""
        return self._execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0

    def remove_passages(self) -> None:
        """Remove all passages and keep the documents."""
        self._execute("DELETE FROM passages")

    def document_ids(self) -> list[str]:
        """The ids of all documents, in the order in which they were added."""
        return [str(row[0]) for row in self._execute("SELECT id FROM documents ORDER BY position")]

    def document(self, document_id: str) -> Document | None:
        """The document with that id."""
        query = "SELECT id, title, source, text, sha256 FROM documents WHERE id = ?"
        row = self._execute(query, (document_id,)).fetchone()
        return Document(*row) if row else None

    def summary(self, document_id: str) -> Summary | None:
        """The document with that id, without its text."""
        row = self._execute(f"{_SUMMARY} WHERE id = ?", (document_id,)).fetchone()
        return Summary(*row) if row else None

    def summaries(self, *, after: int = 0, limit: int = -1) -> list[Summary]:
        """Documents in the order in which they were added, from the one behind position ``after``."""
        rows = self._execute(f"{_SUMMARY} WHERE position > ? ORDER BY position LIMIT ?", (after, limit))
        return [Summary(*row) for row in rows]

    def passages(self, ids: Iterable[int]) -> list[Stored]:
        """The passages among ``ids`` that exist, by id."""
        wanted = sorted(ids)
        marks = ",".join("?" * len(wanted))
        query = f"{_PASSAGE} WHERE id IN ({marks}) ORDER BY id"
        return [_stored(*row) for row in self._execute(query, wanted)]

    def passages_after(self, passage_id: int = 0) -> Iterator[Stored]:
        """Every passage with a greater id, by id: those added since."""
        rows = self._execute(f"{_PASSAGE} WHERE id > ? ORDER BY id", (passage_id,))
        return (_stored(*row) for row in rows)

    def last_passage(self) -> int:
        """The greatest passage id, 0 where there is none."""
        return int(self._execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self._execute("SELECT count(*) FROM passages").fetchone()[0])

    def passage_ids(self, documents: Sequence[str]) -> list[int]:
        """The ids of all passages of these documents."""
        marks = ",".join("?" * len(documents))
        query = f"SELECT id FROM passages WHERE document_id IN ({marks}) ORDER BY id"  # noqa: S608 - only marks
        return [int(row[0]) for row in self._execute(query, list(documents))]

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
            with self._guard:
                self._open.append(connection)
        return connection

    def _execute(self, query: str, values: Sequence[str | int | bytes] = ()) -> sqlite3.Cursor:
        with self._translated():
            return self._connection().execute(query, values)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise UnusableStore(
                f"the library {self._path} cannot be used ({error})",
                remedy="check that the folder can be written and has room, or set PINCITE_DATA to another",
            ) from error


def _stored(passage_id: int, document_id: str, sentences: bytes, vectors: bytes) -> Stored:
    bounds = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
    spans = tuple(Span(start, end) for start, end in bounds)
    rows = np.frombuffer(vectors, dtype="<f2").reshape(1 + len(spans), -1).astype(np.float32)
    return Stored(Passage(passage_id, document_id, Span(spans[0].start, spans[-1].end), spans), rows)
