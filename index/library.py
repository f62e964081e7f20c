"""The library: the one door to everything that Pincite has read."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.documents import ID_LENGTH, Document, Summary
from index.embedding import Embedder
from index.errors import PinciteError
from index.ingesting import ingest, reembed
from index.passages import Neighbours
from index.progress import Progress, silent
from index.quotations import Quotations
from index.searching import DEPTH, Search
from index.snapshot import Derived, Snapshot
from index.store import Store
from index.texts import Texts
from index.turns import Turns
from index.vectors import Ids

DATABASE = "library.sqlite3"
_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


class UnknownDocument(PinciteError):
    """No document of that id is in the library."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            f"there is no document '{document_id}' in the library", remedy="list the documents for their ids"
        )
        self.document_id = document_id


class OtherModel(PinciteError):
    """The library's vectors come from another model, or from another runtime of it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What ``add`` did: the documents that are new, and those whose text was there already."""

    new: tuple[Document, ...]
    unchanged: tuple[Document, ...]


class Library:
    """Documents in a folder, found by meaning and by words.

    Readers use an immutable snapshot; a write makes another and swaps it in once SQLite has the change.
    Any number of threads may read. Writers take turns, also across processes; what another process wrote is read
    from when it closes its library.
    """

    def __init__(self, folder: Path, embedder: Embedder, *, progress: Progress = silent) -> None:
        """Open the library in ``folder``, made if need be; lost or outdated indexes are made from the store.

        Raises:
            UnusableFolder, UnusableStore: the folder or its database cannot be used.
            OtherModel: its vectors are not this embedder's.
            LibraryBusy: another process holds it.
        """
        self._prepare(folder, embedder)
        try:
            self._require_fingerprint()
            self._snapshot = self._derived.read(self._store) or self._opened(progress)
        except BaseException:
            self._store.close()
            raise

    @classmethod
    def reindexed(cls, folder: Path, embedder: Embedder, *, progress: Progress = silent) -> "Library":
        """Open the library in ``folder`` after cutting and embedding all its documents anew."""
        library = cls.__new__(cls)
        library._prepare(folder, embedder)
        try:
            with library._turn:
                reembed(library._store, embedder, progress)
                library._snapshot = library._fresh(progress)
        except BaseException:
            library._store.close()
            raise
        return library

    def close(self) -> None:
        """Bring the files up to date and let go of the database."""
        try:
            self.checkpoint()
        finally:
            self._store.close()

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""
        return self._version(self._snapshot)

    def __len__(self) -> int:
        return self._store.passage_count()

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return self._store.document_count()

    def add(self, documents: Iterable[Document], *, progress: Progress = silent) -> Added:
        """Store the documents that are new; on return they are on disk and can be found.

        They are stored in batches: an interruption loses at most the last one, and none in part.
        """
        wanted = {document.id: document for document in documents}
        with self._writing():
            new = [d for i, d in wanted.items() if self._store.summary(i) is None]
            try:
                ingest(self._store, new, self._embedder, progress)
            finally:
                if self._store.generation != self._snapshot.generation:
                    self._adopt(self._derived.extend(self._snapshot, self._store))
        known = {document.id for document in new}
        return Added(tuple(new), tuple(d for i, d in wanted.items() if i not in known))

    def seed(self, documents: Callable[[], Iterable[Document]], *, progress: Progress = silent) -> None:
        """Add what ``documents`` returns, once in the library's life: a seed that was removed stays away."""
        if self._store.meta("seeded") is None:
            self.add(documents(), progress=progress)
            with self._writing():
                with self._store.transaction():
                    self._store.set_meta("seeded", "yes")
                self._adopt(self._derived.extend(self._snapshot, self._store))
            self.checkpoint()

    def remove(self, *document_ids: str) -> None:
        """Remove documents, all or none: on return they are gone from disk and from every later answer.

        Raises:
            UnknownDocument: one is not there.
        """
        for document_id in document_ids:
            _require_id(document_id)
        with self._writing():
            gone = self._store.passage_ids(document_ids)
            with self._store.transaction():
                for document_id in document_ids:
                    if not self._store.remove_document(document_id):
                        raise UnknownDocument(document_id)
            self._adopt(self._derived.shrink(self._snapshot, self._store, gone))

    def checkpoint(self) -> None:
        """Write the indexes' files where they are behind, so that the next start need not rebuild them.

        Where another process has written since, the files are its own affair.
        """
        if self._derived.holds(self._snapshot) or self._store.generation != self._snapshot.generation:
            return
        with self._turn:
            if self._store.generation != self._snapshot.generation:
                return
            if len(self._snapshot.lexical) == self._store.passage_count():
                self._derived.write(self._snapshot)
            else:  # somebody took the files away while they were in use
                self._snapshot = self._derived.rebuild(self._store, silent)

    def search(self, question: str, *, depth: int = DEPTH, documents: Sequence[str] | None = None) -> Neighbours:
        """The passages nearest to ``question`` by meaning and by words, about ``depth`` of each.

        Each candidate has all signals, exactly, whichever search found it. ``documents`` restricts the
        search itself to these ids.

        Raises:
            UnknownDocument: one of ``documents`` is not in the library.
        """
        snapshot = self._current()
        among = None if documents is None else self._passages_of(documents)
        search = Search(self._store, self._embedder, snapshot, self._version(snapshot))
        return search.nearest(question, depth=depth, documents=documents, among=among)

    def document(self, document_id: str) -> Document:
        """The document with that id.

        Raises:
            UnknownDocument: it is not there.
        """
        _require_id(document_id)
        document = self._texts.document(document_id)
        if document is None:
            raise UnknownDocument(document_id)
        return document

    def taken_from(self, original_sha256: str, media_type: str) -> str | None:
        """The id of the document that was taken from these bytes as that type, None where there is none."""
        return self._store.taken_from(original_sha256, media_type)

    def summary(self, document_id: str) -> Summary:
        """The document with that id, without its text.

        Raises:
            UnknownDocument: it is not there.
        """
        _require_id(document_id)
        summary = self._store.summary(document_id)
        if summary is None:
            raise UnknownDocument(document_id)
        return summary

    def summaries(self, *, after: int = 0, limit: int = -1) -> list[Summary]:
        """Documents in the order in which they were added, at most ``limit`` behind position ``after``."""
        return self._store.summaries(after=after, limit=limit)

    def _passages_of(self, documents: Sequence[str]) -> Ids:
        for document_id in documents:
            self.summary(document_id)
        return np.array(self._store.passage_ids(documents), dtype=np.int64)

    def _prepare(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self._embedder = embedder
        self._turn = Turns(folder)
        self._swap = threading.Lock()
        self._refreshing = threading.Lock()
        self._store = Store(folder / DATABASE)
        self._texts = Texts(self._store)
        self.quotations = Quotations(folder / DATABASE)
        self._derived = Derived(folder, embedder.dimension)

    def _opened(self, progress: Progress) -> Snapshot:
        """A snapshot where the files are not up to date: made anew, or, while another writes, the one before."""
        before = self._derived.read(self._store, stale=True) if self._turn.taken else None
        if before:
            return before
        with self._turn:
            return self._fresh(progress)

    def _fresh(self, progress: Progress) -> Snapshot:
        snapshot = self._derived.read(self._store)
        return snapshot or self._derived.rebuild(self._store, progress)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """A writer's turn, on top of whatever another process wrote before it."""
        with self._turn:
            if self._store.generation != self._snapshot.generation:
                self._adopt(self._fresh(silent))
            yield

    def _require_fingerprint(self) -> None:
        made_with = self._store.meta("fingerprint")
        if made_with is None:
            with self._turn, self._store.transaction():
                self._store.set_meta("fingerprint", self._embedder.fingerprint)
        elif made_with != self._embedder.fingerprint:
            raise OtherModel(
                f"the library in {self.folder} was embedded by another model or runtime "
                f"({made_with}; this one is {self._embedder.fingerprint})",
                remedy="run 'pincite reindex' to embed it anew, or set PINCITE_MODEL back",
            )

    def _current(self) -> Snapshot:
        """The snapshot to read: another process's, as soon as it has written its files."""
        behind = self._store.generation != self._snapshot.generation
        if behind and self._refreshing.acquire(blocking=False):  # the others go on with what they have
            try:
                self._require_fingerprint()
                written = self._derived.read(self._store)
                if written:
                    self._adopt(written)
            finally:
                self._refreshing.release()
        return self._snapshot

    def _adopt(self, snapshot: Snapshot) -> None:
        with self._swap:
            if snapshot.generation > self._snapshot.generation:
                self._snapshot = snapshot

    def _version(self, snapshot: Snapshot) -> str:
        return f"{snapshot.generation}-{self._embedder.fingerprint}"


def _require_id(document_id: str) -> None:
    if not _ID.fullmatch(document_id):
        raise UnknownDocument(document_id)
