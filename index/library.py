"""The library: the one door to everything that Pincite has read."""

import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from index.database import DATABASE
from index.documents import ID_LENGTH, Document, Summary
from index.embedding import Embedder, Vectors
from index.errors import PinciteError
from index.exchanging import Added, Change, described, exchange
from index.filters import EVERYTHING, Scope
from index.fingerprints import Opener
from index.ingesting import ingest
from index.metadata import Metadata
from index.origins import File, Known, Origins
from index.passages import Neighbours
from index.present import Present, require_database
from index.progress import Progress, silent
from index.quotations import Quotations
from index.receipts import Receipts
from index.reindexing import abandon
from index.searching import DEPTH, Search
from index.store import Store
from index.texts import Texts
from index.turns import require_writable

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


class UnknownDocument(PinciteError):
    """No document of that id is in the library."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            f"there is no document '{document_id}' in the library", remedy="list the documents for their ids"
        )
        self.document_id = document_id


class Library:
    """Documents in a folder, found by meaning and by words.

    Readers use an immutable snapshot; a write makes another and swaps it in once SQLite has the change.
    Any number of threads may read. Writers take turns, also across processes; what another process wrote is read
    from when it closes its library.
    """

    def __init__(
        self, folder: Path, embedder: Embedder, *, opener: Opener | None = None, progress: Progress = silent
    ) -> None:
        """Open the library in ``folder``, made if need be; lost or outdated indexes are made from the store.

        ``opener`` is asked for another model where the library is embedded anew by one while it is open.

        Raises:
            UnusableFolder, UnusableStore: the folder or its database cannot be used.
            OtherModel: its vectors are not this embedder's.
            LibraryBusy: another process holds it.
        """
        self.folder = folder
        require_writable(folder)
        require_database(folder)
        self._store = Store(folder / DATABASE)
        self._texts = Texts(self._store)
        self._origins = Origins(self._store)
        self.receipts = Receipts(self._store)
        self.quotations = Quotations(folder / DATABASE)
        try:
            self._present = Present(self._store, folder, embedder, opener=opener, progress=progress)
        except BaseException:
            self._store.close()
            raise

    def close(self) -> None:
        """Bring the files up to date and let go of the database."""
        try:
            self.checkpoint()
        finally:
            self._store.close()

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""
        return self._present.view.version

    def latest_version(self) -> str:
        """The same of what the next question is answered from, which may be what another process wrote."""
        with self._present.reading() as view:
            return view.version

    def __len__(self) -> int:
        return self._store.passage_count()

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return len(self._store.document_ids())

    def add(self, documents: Iterable[Document], *, progress: Progress = silent) -> Added:
        """Store the documents that are new; on return they are on disk and can be found.

        They are stored in batches: an interruption loses at most the last one, and none in part.
        """
        wanted = {document.id: document for document in documents}
        with self._present.writing() as embedder:
            new = [d for i, d in wanted.items() if not self._store.has_document(i)]
            try:
                ingest(self._store, new, embedder, progress)
            finally:
                self._present.follow()
        known = {document.id for document in new}
        return Added(tuple(new), tuple(d for i, d in wanted.items() if i not in known))

    def replace(
        self, document_ids: Sequence[str], documents: Iterable[Document], *, progress: Progress = silent
    ) -> Added:
        """Put ``documents`` in the place of those of ``document_ids``, all at once and on disk on return.

        What of their passages stays as it is, is not embedded again. One of the same text as one of
        ``document_ids`` takes over its place, with its own title, source and context; one that is in the library
        beside them is left as it is.

        Raises:
            UnknownDocument: one of ``document_ids`` is not there.
        """
        wanted = {document.id: document for document in documents}
        with self._present.writing() as embedder:
            for document_id in document_ids:
                self.summary(document_id)
            change = Change.of(self._store, document_ids, wanted.values())
            self._present.follow(exchange(self._store, change, embedder, progress))
        abandon(self.folder)
        return Added(change.new, change.unchanged, change.updated)

    def take(self, documents: Iterable[Document], files: Sequence[File], *, progress: Progress = silent) -> Added:
        """Store what ``files`` hold now, in the place of what they held before, all at once.

        What another file that is still there holds too is kept, and so is what came from elsewhere.
        """
        wanted = {document.id: document for document in documents}
        with self._present.writing() as embedder:
            own = [one for one in self._origins.alone(files) if one in wanted]
            change = Change.of(self._store, [*self._origins.orphans(files), *own], wanted.values())
            new = [document.id for document in change.new]
            record = partial(self._origins.record, files, new)
            self._present.follow(exchange(self._store, change, embedder, progress, beside=record))
        abandon(self.folder)
        return Added(change.new, change.unchanged, change.updated)

    def describe(self, document_ids: Sequence[str], metadata: Metadata) -> list[str]:
        """Say ``metadata`` of documents, beside what is said of them already; the ids of those that it changed.

        Raises:
            UnknownDocument: one is not there.
            BadMetadata: one would have too many names.
        """
        with self._present.writing():
            changed = described(self._store, [self.document(one) for one in document_ids], metadata)
            self._present.follow()
        if changed:
            abandon(self.folder)
        return changed

    def file(self, path: str) -> Known | None:
        """What is known of the file of that ``key``, None where it was never read as a whole."""
        return self._origins.known(path)

    def files(self, path: str) -> list[str]:
        """The files that are known and are the one of that ``key``, or in that folder."""
        return self._origins.inside(path)

    def forget(self, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Remove what came from files that are gone, all at once, and return the documents that went with each.

        What another file that is still there holds too is kept, and so is what came from elsewhere.
        """
        if not paths:
            return {}
        with self._present.writing():
            alone = self._origins.alone_in(paths)
            documents = [one for held in alone.values() for one in held]
            gone = self._store.passage_ids(Scope(tuple(documents)))
            with self._store.transaction():
                self._origins.forget(paths)
                for document_id in documents:
                    self._store.remove_document(document_id)
            self._present.follow(gone)
        abandon(self.folder)
        return alone

    def seed(self, documents: Callable[[], Iterable[Document]], *, progress: Progress = silent) -> None:
        """Add what ``documents`` returns, once in the library's life: a seed that was removed stays away."""
        if self._store.meta("seeded") is None:
            self.add(documents(), progress=progress)
            with self._present.writing():
                with self._store.transaction():
                    self._store.set_meta("seeded", "yes")
                self._present.follow()
            self.checkpoint()

    def remove(self, *document_ids: str) -> None:
        """Remove documents, all or none: on return they are gone from disk and from every later answer.

        Raises:
            UnknownDocument: one is not there.
        """
        for document_id in document_ids:
            _require_id(document_id)
        with self._present.writing():
            gone = self._store.passage_ids(Scope(document_ids))
            with self._store.transaction():
                for document_id in document_ids:
                    if not self._store.remove_document(document_id):
                        raise UnknownDocument(document_id)
            self._present.follow(gone)
        abandon(self.folder)

    def checkpoint(self) -> None:
        """Write the indexes' files where they are behind, so that the next start need not rebuild them.

        Where another process has written since, the files are its own affair.
        """
        self._present.checkpoint()

    def search(self, question: str, *, depth: int = DEPTH, least: int = 0, scope: Scope = EVERYTHING) -> Neighbours:
        """The passages nearest to ``question`` by meaning and by words, about ``depth`` of each.

        Each candidate has all signals, exactly, whichever search found it. ``scope`` restricts the search itself;
        where it has them, at least ``least`` passages come back.

        Raises:
            UnknownDocument: one of the scope's ids is not in the library.
        """
        with self._present.reading() as view:
            for document_id in scope.documents or ():
                self._require(document_id)
            search = Search(self._store, view.embedder, view.snapshot, view.version)
            return search.nearest(question, depth=depth, least=least, scope=scope)

    def still(self) -> contextlib.AbstractContextManager[None]:
        """All that this thread asks and reads inside is answered from one state, whatever is written meanwhile."""
        return self._present.still()

    def embedding(self) -> Callable[[str], Vectors]:
        """What makes ``(dimension,)`` float32, unit length, of a text, read as a question is.

        What one of these makes can be compared, whatever model is swapped in meanwhile.
        """
        with self._present.reading() as view:
            return view.embedder.embed_question

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

    def _require(self, document_id: str) -> None:
        if not _ID.fullmatch(document_id) or not self._store.has_document(document_id):
            raise UnknownDocument(document_id)


def _require_id(document_id: str) -> None:
    if not _ID.fullmatch(document_id):
        raise UnknownDocument(document_id)
