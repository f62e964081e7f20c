"""The derived indexes: one immutable state of vectors and words for readers, and the files it opens from."""

import contextlib
import dataclasses
import logging
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embedding import Vectors
from index.lexical import LexicalIndex, LexicalSearcher
from index.passages import Stored
from index.progress import Progress, silent
from index.store import Store
from index.vectors import Ids, VectorIndex

logger = logging.getLogger(__name__)
STAGE = "Rebuilding the indexes"
_STAMP = re.compile(r"generation (?P<generation>\d+), last passage (?P<last>\d+), ")
_FILE = re.compile(r"^(?P<name>\S+) (?P<size>\d+) bytes, checksum ", re.MULTILINE)
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a question is answered from, all of one ``generation`` of the store.

    ``in_memory`` is one that the disk did not take: it has no files to be extended or written.
    """

    generation: int
    last_passage: int
    vectors: VectorIndex
    lexical: LexicalSearcher
    in_memory: bool = False

    @property
    def dimension(self) -> int:
        """Components of each vector."""
        return self.vectors.dimension

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
        self._fresh_words = folder / "words.new"
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
            if not self._whole(stamp):  # before anything is mapped: reading past a cut file's end is a crash
                return None
            vectors, words = VectorIndex.read(self._vectors), LexicalIndex.existing(self._words).searcher()
            if stamp != self._stamp.read_text(encoding="ascii"):  # a writer changed the files under way
                return None
        except (OSError, ValueError):
            return None
        snapshot = Snapshot(int(known["generation"]), int(known["last"]), vectors, words)
        fits = vectors.dimension == self._dimension and len(vectors) == len(words)  # earlier Pincites kept more
        return snapshot if fits and stamp.startswith(snapshot.stamp) else None

    def rebuild(self, store: Store, progress: Progress) -> Snapshot:
        """Make the files anew from the store, without embedding anything."""
        passages = _reported(store.passages_after(0), store.passage_count(), progress)
        vectors = VectorIndex.empty(self._dimension).extended(_row(stored) for stored in passages)
        return self._written(store, vectors, lambda: self._new_words(store))

    def extend(self, snapshot: Snapshot, store: Store) -> Snapshot:
        """``snapshot`` with the passages that the store has had since; the files are behind until ``write``."""
        last = snapshot.last_passage
        vectors = snapshot.vectors.extended(_row(stored) for stored in store.passages_after(last))

        def words() -> LexicalIndex:
            lexical = LexicalIndex.existing(self._words)
            lexical.add(_words(store.passages_after(last)))
            return lexical

        again = snapshot.in_memory or not len(snapshot.lexical)
        return self._made(store, vectors, (lambda: self._new_words(store)) if again else words)

    def exchange(self, snapshot: Snapshot, store: Store, removed: Sequence[int]) -> Snapshot:
        """``snapshot`` without the ``removed`` passages, and with those that the store has had since.

        Both indexes are written anew, so that no file still holds anything of the removed ones.
        """
        rows = (_row(stored) for stored in store.passages_after(snapshot.last_passage))
        vectors = snapshot.vectors.without(np.array(removed, dtype=np.int64)).extended(rows)
        return self._written(store, vectors, lambda: self._new_words(store))

    def kept(self, snapshot: Snapshot, store: Store) -> Snapshot:
        """``snapshot`` in the files: written where they are behind, made anew where somebody took them away."""
        if snapshot.in_memory or len(snapshot.lexical) != store.passage_count():
            return self.rebuild(store, silent)
        self._write_if_possible(snapshot)
        return snapshot

    def holds(self, snapshot: Snapshot) -> bool:
        """Whether the files are those of ``snapshot``."""
        try:
            stamp = self._stamp.read_text(encoding="ascii")
            return stamp.startswith(snapshot.stamp) and _sizes(stamp) == self._sizes()
        except (OSError, ValueError):
            return False

    def write(self, snapshot: Snapshot) -> None:
        """Bring the files to ``snapshot``: what the next start opens instead of rebuilding."""
        snapshot.vectors.write(self._vectors)
        self._sign(snapshot)

    def _sign(self, snapshot: Snapshot) -> None:
        temporary = self._stamp.with_suffix(".tmp")
        with temporary.open("w", encoding="ascii") as file:
            file.write(snapshot.stamp + "".join(map(_line, self._files())))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._stamp)

    def take(self, other: "Derived", snapshot: Snapshot) -> None:
        """Take the files of ``other``, in a folder beside, which hold ``snapshot``."""
        try:
            self._invalidate()
            _remove(self._words)
            other._words.rename(self._words)
            other._vectors.replace(self._vectors)
            self._sign(snapshot)
        except OSError as error:  # the store has everything
            logger.warning("the index files cannot be written, the next start makes them anew (%s)", error)

    def _written(self, store: Store, vectors: VectorIndex, words: Callable[[], LexicalIndex]) -> Snapshot:
        with contextlib.suppress(OSError):
            self._vectors.unlink(missing_ok=True)  # where the new one cannot be written, the old one stays no more
        made = self._made(store, vectors, words)
        if not made.in_memory:
            self._write_if_possible(made)
        return made

    def _write_if_possible(self, snapshot: Snapshot) -> None:
        try:
            self.write(snapshot)
        except OSError as error:
            logger.warning("the index files cannot be written, the next start makes them anew (%s)", error)

    def _made(self, store: Store, vectors: VectorIndex, words: Callable[[], LexicalIndex]) -> Snapshot:
        """A snapshot with ``words`` in their files, or in memory where the disk does not take them."""
        try:
            self._invalidate()
            return _snapshot(store, vectors, words())
        except (OSError, ValueError) as error:
            logger.warning("the index files cannot be written, the indexes are kept in memory (%s)", error)
        for folder in (self._words, self._fresh_words):  # they take room, and may hold what was removed
            shutil.rmtree(folder, ignore_errors=True)
        lexical = LexicalIndex()
        lexical.add(_words(store.passages_after(0)))
        return dataclasses.replace(_snapshot(store, vectors, lexical), in_memory=True)

    def _invalidate(self) -> None:
        """Say that the files are about to change."""
        self._stamp.unlink(missing_ok=True)

    def _new_words(self, store: Store) -> LexicalIndex:
        fresh = self._fresh_words
        for folder in (fresh, self._words):
            _remove(folder)
        LexicalIndex(fresh).add(_words(store.passages_after(0)))
        fresh.rename(self._words)
        return LexicalIndex.existing(self._words)

    def _files(self) -> list[Path]:
        """All of them: tantivy opens an index that lacks some of its own, and fails later."""
        return [self._vectors, *sorted(path for path in self._words.iterdir() if not path.name.startswith("."))]

    def _whole(self, stamp: str) -> bool:
        """Whether the files are those that were there when ``stamp`` was written, byte for byte."""
        return _sizes(stamp) == self._sizes() and stamp.endswith("".join(map(_line, self._files())))

    def _sizes(self) -> dict[str, int]:
        return {path.name: path.stat().st_size for path in self._files()}


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def _line(path: Path) -> str:
    """What the stamp says of a file."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            checksum = zlib.crc32(block, checksum)
    return f"{path.name} {path.stat().st_size} bytes, checksum {checksum:08x}\n"


def _sizes(stamp: str) -> dict[str, int]:
    """The files' sizes in bytes, as the stamp says."""
    return {found["name"]: int(found["size"]) for found in _FILE.finditer(stamp)}


def _snapshot(store: Store, vectors: VectorIndex, lexical: LexicalIndex) -> Snapshot:
    return Snapshot(store.generation, store.last_passage(), vectors, lexical.searcher())


def _row(stored: Stored) -> tuple[Ids, Vectors]:
    """A passage's own vector under its id."""
    return np.array([stored.passage.id], dtype=np.int64), stored.vectors[:1]


def _words(passages: Iterable[Stored]) -> Iterator[tuple[int, list[int]]]:
    return ((stored.passage.id, stored.termed.codes.tolist()) for stored in passages)


def _reported(passages: Iterable[Stored], total: int, progress: Progress) -> Iterator[Stored]:
    for done, stored in enumerate(passages, start=1):
        yield stored
        progress(STAGE, done, total)
