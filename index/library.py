"""The library: the one door to everything that Pincite has read."""

import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from index.documents import ID_LENGTH, Document, Summary
from index.embedding import Embedder, Vectors
from index.engine import Engine
from index.errors import PinciteError
from index.exchanging import Added, Change, described, exchange
from index.filters import EVERYTHING, Scope
from index.fingerprints import Opener
from index.ingesting import Preparing, ingest, prepared
from index.local import LocalEngine
from index.metadata import Metadata
from index.origins import File, Known, Origins
from index.passages import Neighbours
from index.progress import Progress, silent
from index.searching import DEPTH
from index.texts import Texts

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


class UnknownDocument(PinciteError):
    """No document of that id is in the library."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            f"there is no document '{document_id}' in the library", remedy="list the documents for their ids"
        )
        self.document_id = document_id


class Library:
    """Documents, found by meaning and by words; any number of threads may read, writers take turns."""

    def __init__(self, engine: Engine, *, preparing: Preparing = prepared) -> None:
        """The library that ``engine`` keeps, which is closed with it; ``preparing`` embeds what is new."""
        self._preparing = preparing
        self.engine = engine
        self._store = engine.store
        self._texts = Texts(engine.store)
        self._origins = Origins(engine.traces, engine.store.sources)
        self.receipts = engine.receipts
        self.quotations = engine.quotations

    @classmethod
    def local(
        cls, folder: Path, embedder: Embedder, *, opener: Opener | None = None, progress: Progress = silent
    ) -> "Library":
        """The library in ``folder``, made if need be; lost or outdated indexes are made from the store.

        ``opener`` is asked for another model where the library is embedded anew by one while it is open.

        Raises:
            UnusableFolder, UnusableStore: the folder or its database cannot be used.
            OtherModel: its vectors are not this embedder's.
            LibraryBusy: another process holds it.
        """
        return cls(LocalEngine(folder, embedder, opener=opener, progress=progress))

    def close(self) -> None:
        """Bring the engine up to date and let go of it."""
        try:
            self.checkpoint()
        finally:
            self.engine.close()

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""
        return self.engine.version

    def latest_version(self) -> str:
        """The same of what the next question is answered from, which may be what another process wrote."""
        with self.engine.reading() as search:
            return search.version

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
        with self.engine.writing() as embedder:
            there = self._store.has_documents(list(wanted))
            new = [document for document_id, document in wanted.items() if document_id not in there]
            ingest(self._store, new, embedder, progress, self._preparing)
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
        with self.engine.writing() as embedder:
            self._require(document_ids)
            change = Change.of(self._store, document_ids, wanted.values())
            exchange(self._store, change, embedder, progress, preparing=self._preparing)
        self.engine.abandon()
        return Added(change.new, change.unchanged, change.updated)

    def take(self, documents: Iterable[Document], files: Sequence[File], *, progress: Progress = silent) -> Added:
        """Store what ``files`` hold now, in the place of what they held before, all at once.

        What another file that is still there holds too is kept, and so is what came from elsewhere.
        """
        wanted = {document.id: document for document in documents}
        with self.engine.writing() as embedder:
            own = [one for one in self._origins.alone(files) if one in wanted]
            change = Change.of(self._store, [*self._origins.orphans(files), *own], wanted.values())
            new = [document.id for document in change.new]
            record = partial(self._origins.record, files, new)
            exchange(self._store, change, embedder, progress, preparing=self._preparing, beside=record)
        self.engine.abandon()
        return Added(change.new, change.unchanged, change.updated)

    def describe(self, document_ids: Sequence[str], metadata: Metadata) -> list[str]:
        """Say ``metadata`` of documents, beside what is said of them already; the ids of those that it changed.

        Raises:
            UnknownDocument: one is not there.
            BadMetadata: one would have too many names.
        """
        with self.engine.writing():
            changed = described(self._store, [self.document(one) for one in document_ids], metadata)
        if changed:
            self.engine.abandon()
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
        with self.engine.writing():
            alone = self._origins.alone_in(paths)
            documents = [one for held in alone.values() for one in held]
            with self._store.transaction():
                self._origins.forget(paths)
                for document_id in documents:
                    self._store.remove_document(document_id)
        self.engine.abandon()
        return alone

    def seed(self, documents: Callable[[], Iterable[Document]], *, progress: Progress = silent) -> None:
        """Add what ``documents`` returns, once in the library's life: a seed that was removed stays away."""
        if self._store.meta("seeded") is None:
            self.add(documents(), progress=progress)
            with self.engine.writing(), self._store.transaction():
                self._store.set_meta("seeded", "yes")
            self.checkpoint()

    def remove(self, *document_ids: str) -> None:
        """Remove documents, all or none: on return they are gone from disk and from every later answer.

        Raises:
            UnknownDocument: one is not there.
        """
        with self.engine.writing(), self._store.transaction():
            self._require(document_ids)
            for document_id in document_ids:
                self._store.remove_document(document_id)
        self.engine.abandon()

    def checkpoint(self) -> None:
        """Write the indexes' files where they are behind, so that the next start need not rebuild them.

        Where another process has written since, the files are its own affair.
        """
        self.engine.checkpoint()

    def search(self, question: str, *, depth: int = DEPTH, least: int = 0, scope: Scope = EVERYTHING) -> Neighbours:
        """The passages nearest to ``question`` by meaning and by words, about ``depth`` of each.

        Each candidate has all signals, exactly, whichever search found it. ``scope`` restricts the search itself;
        where it has them, at least ``least`` passages come back.

        Raises:
            UnknownDocument: one of the scope's ids is not in the library.
        """
        with self.engine.reading() as search:
            self._require(scope.documents or ())
            return search.nearest(question, depth=depth, least=least, scope=scope)

    def still(self) -> contextlib.AbstractContextManager[None]:
        """All that this thread asks and reads inside is answered from one state, whatever is written meanwhile."""
        return self.engine.still()

    def embedding(self) -> Callable[[str], Vectors]:
        """What makes ``(dimension,)`` float32, unit length, of a text, read as a question is.

        What one of these makes can be compared, whatever model is swapped in meanwhile.
        """
        with self.engine.reading() as search:
            return search.embedder.embed_question

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

    def _require(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            _require_id(document_id)
        there = self._store.has_documents(document_ids) if document_ids else set()
        for document_id in document_ids:
            if document_id not in there:
                raise UnknownDocument(document_id)


def _require_id(document_id: str) -> None:
    if not _ID.fullmatch(document_id):
        raise UnknownDocument(document_id)
