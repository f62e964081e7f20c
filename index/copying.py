"""A library from one engine into another, with its vectors as they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Document, Summary
from index.engine import Engine, Truth
from index.fingerprints import OtherModel
from index.ingesting import Ready, batches
from index.progress import Progress, silent

STAGE = "Copying documents"
PAGE = 1000
"""Documents whose summaries are read together."""
MARKS = ("seeded", "model", "runtime")
"""What is said of the library itself, beside whose vectors it holds."""
FILES = 256
"""Files whose records are written together."""
EVERYWHERE = ""
"""The folder in which every path lies."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was done: documents written, with how many passages, and those that were there already."""

    documents: int
    passages: int
    unchanged: int


def copy(source: Engine, target: Engine, *, progress: Progress = silent) -> Copied:
    """Bring what ``source`` keeps into ``target``: documents in order, passages with their vectors, files' records.

    Nothing is embedded. Batches are written one by one, each as a whole, so that after an interruption the same
    call goes on. A document that is there otherwise is written anew; what is only in ``target`` is left there.

    Raises:
        OtherModel: they are not, or no longer, of the same model.
        EngineUnavailable: one of them cannot be reached.
    """
    copying = _Copying(source, target, progress)
    copying.marks()
    copied = copying.documents()
    copying.files()
    return copied


class _Copying:
    """One copy under way; ``seen`` counts documents, ``held`` is which of them came from which file."""

    def __init__(self, source: Engine, target: Engine, progress: Progress) -> None:
        self._source = source
        self._target = target
        self._progress = progress
        self._fingerprint = source.store.meta("fingerprint")
        self._seen = 0
        self._held: dict[str, list[str]] = {}

    def marks(self) -> None:
        """Say of the target what is said of the source: first, so that nobody adds the seeds meanwhile."""
        kept = {key: self._source.store.meta(key) for key in MARKS}
        new = {key: value for key, value in kept.items() if value and value != self._target.store.meta(key)}
        if new:
            with self._target.writing(), self._target.store.transaction():
                self._require_same(self._target.store)
                for key, value in new.items():
                    self._target.store.set_meta(key, value)

    def documents(self) -> Copied:
        """Write those that are missing, or other ones, in order."""
        total = self._source.store.document_count()
        written = passages = 0
        for batch in batches(self._ready(total)):
            self._write(batch)
            written += len(batch)
            passages += sum(len(one) for _, one in batch)
        self._progress(STAGE, total, total)
        return Copied(written, passages, self._seen - written)

    def files(self) -> None:
        """Write which files the documents were taken from, where the target does not say the same."""
        for path in self._source.traces.inside(EVERYWHERE):
            self._held.setdefault(path, [])  # nothing of it is left, and it need not be read again
        other = [path for path in self._held if not self._same_file(path)]
        for begin in range(0, len(other), FILES):
            with self._target.writing(), self._target.store.transaction():
                for path in other[begin : begin + FILES]:
                    self._write_file(path)

    def _ready(self, total: int) -> Iterator[Ready]:
        """What is to be written, as the documents are gone through; which files each came from is noted."""
        self._progress(STAGE, 0, total)
        for document_id, there in self._ids():
            self._seen += 1
            for path in self._source.traces.paths([document_id])[document_id]:
                self._held.setdefault(path, []).append(document_id)
            if ready := self._missing(document_id, there=there):
                yield ready
            if self._seen < total:
                self._progress(STAGE, self._seen, total)

    def _ids(self) -> Iterator[tuple[str, bool]]:
        """The ids of all documents, in order, also of those that come meanwhile; whether the target has them."""
        after = 0
        while page := self._source.store.summaries(after=after, limit=PAGE):
            after = page[-1].position
            there = self._target.store.has_documents([one.id for one in page])
            yield from ((one.id, one.id in there) for one in page)

    def _missing(self, document_id: str, *, there: bool) -> Ready | None:
        """What is to be written of a document, None where the target has it or the source has it no more."""
        with self._source.still():
            summary = self._source.store.summary(document_id)
            document = self._source.store.document(document_id)
            if summary is None or document is None:
                return None
            if there and self._same(document, summary):
                return None
            self._require_same(self._source.store)
            stored = list(self._source.store.passages_of(document_id))
        return document, [one.prepared for one in stored]

    def _same(self, document: Document, summary: Summary) -> bool:
        there = self._target.store.summary(document.id)
        alike = there is not None and there.passages == summary.passages
        return alike and self._target.store.document(document.id) == document

    def _write(self, batch: list[Ready]) -> None:
        store = self._target.store
        with self._target.writing(), store.transaction():
            self._require_same(store)
            there = store.has_documents([document.id for document, _ in batch])
            for document, passages in batch:
                if document.id in there:
                    store.update_document(document)
                    store.remove_passages_of(document.id)
                else:
                    store.add_document(document)
                store.add_passages(document.id, passages)

    def _same_file(self, path: str) -> bool:
        source, target = self._source.traces, self._target.traces
        return source.file(path) == target.file(path) and set(self._held[path]) <= set(target.held(path))

    def _write_file(self, path: str) -> None:
        traces = self._target.traces
        if file := self._source.traces.file(path):
            traces.keep_file(path, *file)
        there = self._target.store.has_documents(self._held[path])
        traces.keep_held(path, [one for one in self._held[path] if one in there])

    def _require_same(self, store: Truth) -> None:
        if store.meta("fingerprint") != self._fingerprint:
            raise OtherModel(
                "the library that is copied and the one that it is copied to are of different models, "
                f"{self._fingerprint} and {store.meta('fingerprint')}",
                remedy="run 'pincite reindex' for one of them, with PINCITE_MODEL set to the other's",
            )
