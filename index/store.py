"""The library's one truth: documents, passages and vectors in SQLite."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.columns import Columns
from index.database import Database, UnusableStore, Value, sound
from index.documents import Document, Summary
from index.errors import PinciteError
from index.filters import Scope
from index.matching import Statistics, Termed
from index.passages import Passage, Prepared, Stored
from index.rows import DOCUMENT, ROW, SUMMARY, document_of, row_of, summary_of
from index.schema import SCHEMA_VERSION
from index.selecting import clause
from index.spans import Span

_PASSAGE = "SELECT id, document_id, sentences, lengths, terms, vectors FROM passages"


class Store:
    """One SQLite file; any number of threads read, one writes at a time."""

    def __init__(self, path: Path) -> None:
        """Open or create the database.

        Raises:
            UnusableStore: it cannot be opened, or another version of Pincite made it.
        """
        self._database = Database(path)
        self._removed: list[int] = []
        try:
            found = self._database.made()
        except PinciteError:
            self.close()
            raise
        if found != SCHEMA_VERSION:
            self.close()
            raise UnusableStore(
                f"the library {path} has schema {found}, this Pincite reads {SCHEMA_VERSION}",
                remedy="use the Pincite that made it, or set PINCITE_DATA to another folder",
            )

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together, are on disk at its end, and raise the generation by one."""
        before = len(self._removed)
        try:
            with self._database.writing():
                yield
                self.set_meta("generation", str(self.generation + 1))
        except BaseException:
            del self._removed[before:]
            raise

    def removed(self) -> list[int]:
        """The ids of the passages that this one's transactions have removed since it was last asked."""
        gone, self._removed = self._removed, []
        return gone

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """The same without a new generation, for what no question is answered from."""
        return self._database.writing()

    def reading(self) -> contextlib.AbstractContextManager[None]:
        """All that this thread reads inside is of one state, whatever is written meanwhile."""
        return self._database.reading()

    @property
    def generation(self) -> int:
        """How many transactions this library has seen."""
        return int(self.meta("generation") or 0)

    @property
    def renumbered(self) -> int:
        """The generation since which passages have the ids that they have: what names older ones is worthless."""
        return int(self.meta("renumbered") or 0)

    def meta(self, key: str) -> str | None:
        """The value kept under ``key``."""
        known = self._database.known
        if known is not None and key in known:
            return known[key]
        row = self._execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        value = str(row[0]) if row else None
        if known is not None:
            known[key] = value
        return value

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        self._execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def add_document(self, document: Document) -> None:
        """Store a document that is not there yet."""
        row = row_of(document)
        marks = ",".join("?" * len(row))
        self._execute(f"INSERT INTO documents ({ROW}) VALUES ({marks})", row)  # noqa: S608 - only names

    def update_document(self, document: Document) -> None:
        """Store what is known of a document anew, where its text is there already."""
        row = row_of(document)
        marks = ",".join("?" * len(row))
        query = f"UPDATE documents SET ({ROW}) = ({marks}) WHERE id = ?"  # noqa: S608 - only names
        self._execute(query, (*row, document.id))

    def add_passages(self, document_id: str, passages: Sequence[Prepared]) -> None:
        """Store a document's passages in order; their ids are never used again, not even after removal."""
        self._executemany(
            "INSERT INTO passages (document_id, sentences, lengths, terms, vectors) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    document_id,
                    np.array([(s.start, s.end) for s in one.sentences], dtype="<i4").tobytes(),
                    np.array(one.termed.lengths, dtype="<i4").tobytes(),
                    one.termed.codes.astype("<u4").tobytes(),
                    one.vectors.astype("<f2").tobytes(),
                )
                for one in passages
            ),
        )
        self._count([one.termed for one in passages], sign=1)

    def remove_document(self, document_id: str) -> None:
        """Remove a document with its passages, if there is one."""
        self.remove_passages_of(document_id)
        self._execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def remove_passages_of(self, document_id: str) -> None:
        """Remove a document's passages and keep the document."""
        gone = list(self.passages_of(document_id))
        self._removed += [stored.passage.id for stored in gone]
        self._count([stored.termed for stored in gone], sign=-1)
        self._execute("DELETE FROM passages WHERE document_id = ?", (document_id,))

    def take_passages(self, other: "Store") -> None:
        """Replace every passage by those of ``other``, which are of the same documents, under new ids."""
        self._execute("DELETE FROM passages")
        self._execute("DELETE FROM terms")
        columns = "document_id, sentences, lengths, terms, vectors"
        rows = other._execute(f"SELECT {columns} FROM passages ORDER BY id")  # noqa: S608 - only names
        self._executemany(f"INSERT INTO passages ({columns}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608
        self._executemany("INSERT INTO terms VALUES (?, ?)", other._execute("SELECT code, passages FROM terms"))
        for count in ("passages", "terms"):
            self.set_meta(count, other.meta(count) or "0")
        self.set_meta("renumbered", str(self.generation + 1))

    def statistics(self, codes: Sequence[int]) -> Statistics:
        """How many passages there are, how long they are together, and how many hold each of ``codes``."""
        marks = ",".join("?" * len(codes))
        query = "SELECT key, value FROM meta WHERE key IN ('passages', 'terms') UNION ALL "
        query += f"SELECT code, passages FROM terms WHERE code IN ({marks})"  # noqa: S608 - only marks
        # one statement reads one state, whatever is written meanwhile
        counts = {key: int(count) for key, count in self._execute(query, codes)}
        return Statistics(counts.pop("passages"), counts.pop("terms"), counts)

    def document_ids(self) -> list[str]:
        """The ids of all documents, in the order in which they were added."""
        return [str(row[0]) for row in self._execute("SELECT id FROM documents ORDER BY position")]

    def document_count(self) -> int:
        """How many documents there are."""
        return int(self._execute("SELECT count(*) FROM documents").fetchone()[0])

    def contexts(self) -> dict[str, str]:
        """The context of each document under its id, in the order in which they were added."""
        return dict(self._execute("SELECT id, context FROM documents ORDER BY position"))

    def has_documents(self, document_ids: Sequence[str]) -> set[str]:
        """Which of these documents are there."""
        rows = (self._execute("SELECT id FROM documents WHERE id = ?", (one,)).fetchone() for one in document_ids)
        return {str(row[0]) for row in rows if row}

    def document(self, document_id: str) -> Document | None:
        """The document with that id."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE id = ?"  # noqa: S608 - only names
        row = self._execute(query, (document_id,)).fetchone()
        return document_of(*row) if row else None

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """Those of the documents that are there."""
        found = map(self.document, document_ids)
        return {one.id: one for one in found if one}

    def sources(self, document_ids: Sequence[str]) -> dict[str, str]:
        """What those of the documents that are there say that they come from."""
        rows = (
            self._execute("SELECT source FROM documents WHERE id = ?", (one,)).fetchone() for one in document_ids
        )
        return {one: str(row[0]) for one, row in zip(document_ids, rows, strict=True) if row}

    def taken_from(self, original_sha256: str, media_type: str) -> str | None:
        """The id of the document that was taken from these bytes as that type."""
        query = "SELECT id FROM documents WHERE original_sha256 = ? AND media_type = ?"
        row = self._execute(query, (original_sha256, media_type)).fetchone()
        return str(row[0]) if row else None

    def summary(self, document_id: str) -> Summary | None:
        """The document with that id, without its text."""
        row = self._execute(f"{SUMMARY} WHERE id = ?", (document_id,)).fetchone()
        return summary_of(*row) if row else None

    def summaries(self, *, after: int = 0, limit: int = -1) -> list[Summary]:
        """Documents in the order in which they were added, from the one behind position ``after``."""
        rows = self._execute(f"{SUMMARY} WHERE position > ? ORDER BY position LIMIT ?", (after, limit))
        return [summary_of(*row) for row in rows]

    def columns(self, ids: Iterable[int]) -> Columns:
        """The passages among ``ids`` that exist, by id.

        Raises:
            DamagedStore: one is not what was stored.
        """
        wanted = sorted(ids)
        marks = ",".join("?" * len(wanted))
        rows = self._execute(f"{_PASSAGE} WHERE id IN ({marks}) ORDER BY id", wanted).fetchall()
        with sound("one of several passages"):
            try:
                return Columns.of(rows)
            except ValueError:
                for row in rows:  # which one is it?
                    with sound(f"passage {row[0]}"):
                        Columns.of([row])
                raise

    def passages_after(self, passage_id: int = 0) -> Iterator[Stored]:
        """Every passage with a greater id, by id: those added since."""
        rows = self._execute(f"{_PASSAGE} WHERE id > ? ORDER BY id", (passage_id,))
        return (_stored(*row) for row in rows)

    def passages_of(self, document_id: str) -> Iterator[Stored]:
        """The passages of a document, in order."""
        query = f"{_PASSAGE} WHERE document_id = ? ORDER BY id"
        return (_stored(*row) for row in self._execute(query, (document_id,)))

    def last_passage(self) -> int:
        """The greatest passage id, 0 where there is none."""
        return int(self._execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self.meta("passages") or 0)

    def passage_ids(self, scope: Scope) -> list[int]:
        """The ids of all passages of the scope's documents, in order."""
        kept = clause(scope)
        query = f"SELECT id FROM passages WHERE {kept.text} ORDER BY id"  # noqa: S608 - only marks
        return [row[0] for row in self._execute(query, kept.values)]

    def rows(self, query: str, values: Sequence[Value] = ()) -> sqlite3.Cursor:
        """Run a statement on the tables that others keep in this database: the files' origins."""
        return self._execute(query, values)

    def _execute(self, query: str, values: Sequence[Value] = ()) -> sqlite3.Cursor:
        return self._database.execute(query, values)

    def _executemany(self, query: str, rows: Iterable[Sequence[Value]]) -> None:
        self._database.executemany(query, rows)

    def _count(self, passages: Sequence[Termed], *, sign: int) -> None:
        """Add the terms of ``passages`` to the statistics, or take them off."""
        holding = Counter(code for one in passages for code in set(one.codes.tolist()))
        self._executemany(
            "INSERT INTO terms VALUES (?, ?) "
            "ON CONFLICT (code) DO UPDATE SET passages = passages + excluded.passages",
            ((code, sign * count) for code, count in holding.items()),
        )
        if sign < 0:
            self._executemany("DELETE FROM terms WHERE code = ? AND passages = 0", ((code,) for code in holding))
        self.set_meta("passages", str(int(self.meta("passages") or 0) + sign * len(passages)))
        self.set_meta("terms", str(int(self.meta("terms") or 0) + sign * sum(len(p.codes) for p in passages)))


def _stored(passage_id: int, document_id: str, *arrays: bytes) -> Stored:
    with sound(f"passage {passage_id}"):
        sentences, lengths, terms, vectors = arrays
        bounds = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
        spans = tuple(Span(start, end) for start, end in bounds)
        termed = Termed(np.frombuffer(terms, dtype="<u4"), tuple(np.frombuffer(lengths, dtype="<i4").tolist()))
        rows = np.frombuffer(vectors, dtype="<f2").reshape(1 + len(spans), -1).astype(np.float32)
        return Stored(Passage(passage_id, document_id, Span(spans[0].start, spans[-1].end), spans), termed, rows)
