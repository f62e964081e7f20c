"""Whether the derived indexes hold what the store holds."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.progress import Progress
from index.snapshot import Derived, Snapshot

STAGE = "Comparing the indexes"
BEHIND = "the indexes are behind the store; the next use of the library brings them up to date"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is wrong with the indexes, and what is only worth knowing of them."""

    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def disagreements(folder: Path, connection: sqlite3.Connection, dimension: int, progress: Progress) -> Agreement:
    """Compare the index files in ``folder`` with the state of the store that ``connection`` reads.

    Files of another state are no fault: a writer is at work, or was cut off, and they will be made anew.
    """
    derived = Derived(folder, dimension)
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    generation = int(row[0]) if row else 0
    if not dimension:
        return Agreement()
    if derived.generation() != generation:
        return Agreement(notes=(BEHIND,))
    snapshot = derived.held(generation)
    faults = (
        ("an index file is missing or damaged",)
        if snapshot is None
        else tuple(_differences(snapshot, connection, progress))
    )
    if derived.generation() != generation:  # a writer began in the meantime
        return Agreement(notes=(BEHIND,))
    return Agreement(
        tuple(f"{fault}; the store is right, remove indexes.stamp to have them made anew" for fault in faults)
    )


def _differences(snapshot: Snapshot, connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    ids = [int(row[0]) for row in connection.execute("SELECT id FROM passages ORDER BY id")]
    if snapshot.lexical.passage_ids() != ids:
        yield "the word index holds other passages than the store"
    wrong = [
        code
        for code, count in connection.execute("SELECT code, passages FROM terms")
        if snapshot.lexical.holding(code) != count
    ]
    if wrong:
        yield f"the word index counts {len(wrong)} terms otherwise than the store"
    owners = snapshot.vectors.owners()
    dimension = snapshot.vectors.dimension
    for row, (passage, raw) in enumerate(connection.execute("SELECT id, vectors FROM passages ORDER BY id")):
        own = np.frombuffer(raw, dtype="<f2", count=dimension).astype(np.float32)
        here = row < len(owners) and owners[row] == passage
        if not here or not np.array_equal(snapshot.vectors.rows(row, 1)[0], own):
            yield f"the vector index differs from the store, from passage {passage} on"
            return
        progress(STAGE, row + 1, len(ids))
    if len(ids) != len(owners):
        yield "the vector index holds more vectors than the store"
