"""The derived indexes: one immutable state of vectors and words for readers, and the files it opens from."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embedding import Vectors
from index.lexical import LexicalIndex, LexicalSearcher
from index.progress import Progress
from index.store import Store, Stored
from index.vectors import Ids, VectorIndex

STAGE = "Rebuilding the indexes"
_STAMP = re.compile(r"generation (?P<generation>\d+), last passage (?P<last>\d+), ")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a question is answered from, all of one ``generation`` of the store."""

    generation: int
    last_passage: int
    vectors: VectorIndex
    lexical: LexicalSearcher

    @property
    def stamp(self) -> str:
        """What the files hold when they hold this snapshot."""
        return (
            f"generation {self.generation}, last passage {self.last_passage}, "
            f"{len(self.vectors)} vectors, {len(self.lexical)} passages\n"
        )


class Derived:
    """The vector and word indexes beside the store: any file can be lost, for the store makes it anew.

    A stamp says what the files hold. It is removed before they change and written after, so that a crash
    in between leaves none, and the next start rebuilds.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._stamp = folder / "indexes.stamp"
        self._vectors = folder / "vectors.faiss"
        self._words = folder / "words"
        self._dimension = dimension

    def read(self, store: Store, *, stale: bool = False) -> Snapshot | None:
        """The snapshot in the files, or None where one is missing, damaged or of another generation.

        ``stale`` takes an older generation too: what readers use while a writer is at work.
        """
        return self.held(None if stale else store.generation)

    def generation(self) -> int | None:
        """The generation that the files say they are of; None where they say nothing, being behind."""
        try:
            known = _STAMP.match(self._stamp.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return int(known["generation"]) if known else None

    def held(self, generation: int | None = None) -> Snapshot | None:
        """The snapshot in the files, of any generation or only of that one; None where it is missing or damaged."""
        try:
            stamp = self._stamp.read_text(encoding="ascii")
            known = _STAMP.match(stamp)
            if not known or generation not in {None, int(known["generation"])}:
                return None
            sizes = self._sizes()
            if not stamp.endswith(sizes):  # before anything is mapped: reading past a cut file's end is a crash
                return None
            vectors, words = VectorIndex.read(self._vectors), LexicalIndex.existing(self._words)
        except (OSError, ValueError):
            return None
        snapshot = Snapshot(int(known["generation"]), int(known["last"]), vectors, words.searcher())
        fits = vectors.dimension == self._dimension and snapshot.stamp + sizes == stamp
        return snapshot if fits else None

    def rebuild(self, store: Store, progress: Progress) -> Snapshot:
        """Make the files anew from the store, without embedding anything."""
        self._invalidate()
        self._vectors.unlink(missing_ok=True)
        passages = _reported(store.passages_after(0), store.passage_count(), progress)
        vectors = VectorIndex.empty(self._dimension).extended(_rows(stored) for stored in passages)
        snapshot = _snapshot(store, vectors, self._new_words(store))
        self.write(snapshot)
        return snapshot

    def extend(self, snapshot: Snapshot, store: Store) -> Snapshot:
        """``snapshot`` with the passages that the store has had since; the files are behind until ``write``."""
        self._invalidate()
        last = snapshot.last_passage
        vectors = snapshot.vectors.extended(_rows(stored) for stored in store.passages_after(last))
        lexical = LexicalIndex(self._words)
        lexical.add(_words(store.passages_after(last)))
        return _snapshot(store, vectors, lexical)

    def exchange(self, snapshot: Snapshot, store: Store, removed: Sequence[int]) -> Snapshot:
        """``snapshot`` without the ``removed`` passages, and with those that the store has had since.

        Both indexes are written anew, so that no file still holds anything of the removed ones.
        """
        self._invalidate()
        rows = (_rows(stored) for stored in store.passages_after(snapshot.last_passage))
        vectors = snapshot.vectors.without(np.array(removed, dtype=np.int64)).extended(rows)
        changed = _snapshot(store, vectors, self._new_words(store))
        self.write(changed)
        return changed

    def holds(self, snapshot: Snapshot) -> bool:
        """Whether the files are those of ``snapshot``."""
        try:
            return self._stamp.read_text(encoding="ascii") == snapshot.stamp + self._sizes()
        except OSError:
            return False

    def write(self, snapshot: Snapshot) -> None:
        """Bring the files to ``snapshot``: what the next start opens instead of rebuilding."""
        snapshot.vectors.write(self._vectors)
        temporary = self._stamp.with_suffix(".tmp")
        with temporary.open("w", encoding="ascii") as file:
            file.write(snapshot.stamp + self._sizes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._stamp)

    def _invalidate(self) -> None:
        """Say that the files are about to change."""
        self._stamp.unlink(missing_ok=True)

    def _new_words(self, store: Store) -> LexicalIndex:
        fresh = self._words.with_name("words.new")
        for folder in (fresh, self._words):
            if folder.exists():
                shutil.rmtree(folder)
        LexicalIndex(fresh).add(_words(store.passages_after(0)))
        fresh.rename(self._words)
        return LexicalIndex.existing(self._words)

    def _sizes(self) -> str:
        """The files and their sizes: tantivy opens an index that lacks some of its own, and fails later."""
        words = sorted(path for path in self._words.iterdir() if not path.name.startswith("."))
        return "".join(f"{path.name} {path.stat().st_size} bytes\n" for path in [self._vectors, *words])


def _snapshot(store: Store, vectors: VectorIndex, lexical: LexicalIndex) -> Snapshot:
    return Snapshot(store.generation, store.last_passage(), vectors, lexical.searcher())


def _rows(stored: Stored) -> tuple[Ids, Vectors]:
    return np.full(len(stored.vectors), stored.passage.id, dtype=np.int64), stored.vectors


def _words(passages: Iterable[Stored]) -> Iterator[tuple[int, list[int]]]:
    return ((stored.passage.id, stored.termed.codes.tolist()) for stored in passages)


def _reported(passages: Iterable[Stored], total: int, progress: Progress) -> Iterator[Stored]:
    for done, stored in enumerate(passages, start=1):
        yield stored
        progress(STAGE, done, total)
