"""Whether a library is sound: what it stores, and what is derived from that."""

import dataclasses
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.agreement import disagreements
from index.database import DATABASE, UnusableStore
from index.documents import ID_LENGTH
from index.metadata import Metadata
from index.progress import Progress, silent
from index.reading import reading
from index.schema import SCHEMA_VERSION, UPGRADES, version

STAGE = "Checking documents"
MAX_FAULTS = 100
"""Faults that are named; a library with more of them is not worth looking at further."""
UNIT_WITHIN = 0.01
"""How far a stored vector's length may be from one: it is kept in half precision."""

Row = tuple[int, bytes, bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """How much was looked at, what is wrong, and what is only worth knowing; sentences without a full stop."""

    documents: int
    passages: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Counted:
    """What has been seen so far."""

    documents: int = 0
    passages: int = 0
    terms: int = 0
    holding: Counter[int] = field(default_factory=Counter)
    dimension: int = 0


def check(folder: Path, *, progress: Progress = silent) -> Report:
    """Look at everything in the library in ``folder`` and change nothing; writers may be at work.

    Raises:
        NoDatabase: there is no library.
        UnusableStore: its database is none, or has another schema.
    """
    with reading(folder / DATABASE) as connection:
        connection.execute("BEGIN")  # one state of the store from here on
        stored, vectors = check_store(connection, progress=progress)
        if stored.faults:
            return dataclasses.replace(stored, notes=("the indexes were not compared with a store that is wrong",))
        derived = disagreements(folder, connection, vectors, progress)
    return Report(stored.documents, stored.passages, derived.faults, derived.notes)


def check_database(path: Path, *, progress: Progress = silent) -> Report:
    """Look at a database alone, a backup say; raises as ``check`` does."""
    with reading(path) as connection:
        return check_store(connection, progress=progress)[0]


def check_store(connection: sqlite3.Connection, *, progress: Progress) -> tuple[Report, int]:
    """What is wrong with the store, and how many components its vectors have."""
    counted = _Counted()
    faults: list[str] = []
    for fault in _faults(connection, counted, progress):
        faults.append(fault)
        if len(faults) == MAX_FAULTS:
            faults.append("more than that: the rest was not looked at")
            break
    return Report(counted.documents, counted.passages, tuple(faults)), counted.dimension


def require_schema(connection: sqlite3.Connection) -> None:
    """See that this version of Pincite reads the database.

    Raises:
        UnusableStore: it is another program's, or another version's.
    """
    found = version(connection)
    if found in UPGRADES:
        raise UnusableStore(
            f"the library was made by an older Pincite (schema {found}, this one has {SCHEMA_VERSION})",
            remedy="open it once, say with 'pincite list': that brings it up to date",
        )
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    if found != SCHEMA_VERSION or not {"documents", "passages", "metadata", "terms", "meta"} <= tables:
        raise UnusableStore(
            f"the database has schema {found}, this Pincite reads {SCHEMA_VERSION}",
            remedy="use the Pincite that made it, or name a library's database",
        )


def _faults(connection: sqlite3.Connection, counted: _Counted, progress: Progress) -> Iterator[str]:
    try:
        require_schema(connection)
        damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
        yield from (f"the database is damaged ({one})" for one in damage)
        if not damage:
            yield from _of_content(connection, counted, progress)
    except sqlite3.DatabaseError as error:
        code = getattr(
            error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT
        )  # Python's own have none: text not in UTF-8
        if code & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        yield f"the database is damaged ({error})"


def _of_content(connection: sqlite3.Connection, counted: _Counted, progress: Progress) -> Iterator[str]:
    for table, row, _, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"passage {row} belongs to no document" if table == "passages" else f"{table} belongs to no document"
    counted.dimension = dimension(connection)
    total = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
    documents = connection.execute("SELECT id, sha256, CAST(text AS BLOB), length FROM documents ORDER BY position")
    for document_id, sha256, raw, length in documents:
        progress(STAGE, counted.documents, total)
        counted.documents += 1
        name = f"document {document_id}"
        yield from (f"{name}: {fault}" for fault in _of_document(document_id, sha256, raw, length))
        passages = connection.execute(
            "SELECT id, sentences, lengths, terms, vectors FROM passages WHERE document_id = ? ORDER BY id",
            (document_id,),
        )
        end = 0
        for row in passages:
            faults, end = _of_passage(row, end, length, counted)
            yield from (f"passage {row[0]} of {name}: {fault}" for fault in faults)
    progress(STAGE, total, total)
    yield from _of_metadata(connection)
    yield from _of_statistics(connection, counted)


def dimension(connection: sqlite3.Connection) -> int:
    """The number of components that most passages' vectors have; 0 where there is no passage."""
    query = """SELECT length(vectors) / (2 * (1 + length(sentences) / 8)) AS dimension
               FROM passages GROUP BY dimension ORDER BY count(*) DESC LIMIT 1"""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _of_document(document_id: str, sha256: str, raw: bytes, length: int) -> Iterator[str]:
    if hashlib.sha256(raw).hexdigest() != sha256:
        yield "its text is not the one that was added (another SHA-256)"
        return  # offsets into it mean nothing
    if document_id != sha256[:ID_LENGTH]:
        yield "its id is not the start of its text's SHA-256"
    if len(raw.decode(errors="replace")) != length:
        yield f"its length is given as {length} characters, and is another"


def _of_passage(row: Row, begin: int, length: int, counted: _Counted) -> tuple[list[str], int]:
    """What is wrong with a passage that may begin at ``begin`` and end at ``length``, and where it ends."""
    _, sentences, lengths, terms, vectors = row
    counted.passages += 1
    if len(sentences) % 8 or not sentences:
        return ["its sentences are not pairs of numbers"], begin
    bounds = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2)
    faults = []
    edges = np.concatenate([[begin], bounds.ravel(), [length]])
    if (np.diff(edges) < 0).any() or (bounds[:, 0] == bounds[:, 1]).any():
        faults.append("its sentences are not in order, or not inside the document")
    faults += _of_terms(lengths, terms, 1 + len(bounds), counted)
    faults += _of_vectors(vectors, 1 + len(bounds), counted)
    return faults, int(bounds[-1, 1])


def _of_terms(lengths: bytes, terms: bytes, parts: int, counted: _Counted) -> Iterator[str]:
    if len(lengths) != 4 * parts or len(terms) % 4:
        yield "its terms are not counted for each sentence"
        return
    counts, codes = np.frombuffer(lengths, dtype="<i4"), np.frombuffer(terms, dtype="<u4")
    if (counts < 0).any() or int(counts.sum()) != len(codes):
        yield f"it has {len(codes)} terms, and its sentences {int(counts.sum())}"
    counted.terms += len(codes)
    counted.holding.update(set(codes.tolist()))


def _of_vectors(raw: bytes, rows: int, counted: _Counted) -> Iterator[str]:
    components, rest = divmod(len(raw), 2 * rows)
    if rest or components != counted.dimension:
        yield f"its vectors are not {rows} of {counted.dimension} components"
        return
    vectors: npt.NDArray[np.float32] = np.frombuffer(raw, dtype="<f2").reshape(rows, -1).astype(np.float32)
    if not np.isfinite(vectors).all():
        yield "a vector of it is not finite"
        return
    sizes = np.linalg.norm(vectors, axis=1)
    if (np.abs(sizes - 1) > UNIT_WITHIN)[sizes > 0].any():  # text without a word that the model knows has zeros
        yield "a vector of it is not of unit length"


def _of_metadata(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with what is said of the documents, or with the table in which that is looked up."""
    records = connection.execute("SELECT id, metadata FROM documents ORDER BY position").fetchall()
    wrong = [document_id for document_id, record in records if not Metadata.sound(record)]
    yield from (f"document {document_id}: its metadata are not what can have been added" for document_id in wrong)
    if not wrong:
        query = """SELECT document_id FROM (SELECT * FROM described EXCEPT SELECT * FROM metadata) UNION
                   SELECT document_id FROM (SELECT * FROM metadata EXCEPT SELECT * FROM described)"""
        for (document_id,) in connection.execute(query):
            yield f"document {document_id}: filters find it by other metadata than it has"


def _of_statistics(connection: sqlite3.Connection, counted: _Counted) -> Iterator[str]:
    given = {str(key): str(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    for key, count in (("passages", counted.passages), ("terms", counted.terms)):
        if given.get(key) != str(count):
            yield f"the statistics count {given.get(key, 'no')} {key}, and there are {count}"
    stored = dict(connection.execute("SELECT code, passages FROM terms"))
    wrong = sorted(
        code for code in stored.keys() | counted.holding if stored.get(code) != counted.holding.get(code)
    )
    if wrong:
        first = wrong[0]
        yield (
            f"the statistics are wrong for {len(wrong)} terms; term {first}, say, is counted in "
            f"{stored.get(first, 0)} passages, and stands in {counted.holding.get(first, 0)}"
        )
