"""The truth in Milvus: what was acknowledged is seen, and nothing else.

A document's rows are written under an edition of their own, which is seen once the document's place names it. The
places of one transaction are written by one request.
"""

import contextlib
import heapq
import threading
from collections.abc import Iterator, Sequence

from index.documents import Document, Summary
from index.milvus.calls import Calls
from index.milvus.changes import Changes
from index.milvus.committing import Committing
from index.milvus.expressions import one_of
from index.milvus.places import Places
from index.milvus.records import DOCUMENT
from index.milvus.root import Roots
from index.milvus.words import PASSAGES
from index.passages import Prepared, Stored


class MilvusStore:
    """What ``engine.Truth`` says of each method holds; a transaction is the thread's that began it."""

    def __init__(self, calls: Calls, roots: Roots) -> None:
        self._calls = calls
        self._roots = roots
        self._here = threading.local()
        self.places = Places(calls, roots)

    @property
    def generation(self) -> int:
        """When the library was last changed, in microseconds."""
        return self._roots.current().generation

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are seen together at its end; or none is."""
        with self._roots.held():
            self._here.changes = changes = Changes()
            try:
                yield
            finally:
                self._here.changes = None
            Committing(self._calls, self._roots, self.places).commit(changes)

    @property
    def changes(self) -> Changes:
        """What this thread's transaction writes; nothing where there is none."""
        return getattr(self._here, "changes", None) or Changes()

    def meta(self, key: str) -> str | None:
        """The value kept under ``key``."""
        return self.changes.meta.get(key, self._roots.current().meta.get(key))

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        self.changes.meta[key] = value

    def add_document(self, document: Document) -> None:
        """Store a document that is not there yet."""
        self.changes.documents[document.id] = document
        self.changes.passages[document.id] = []

    def update_document(self, document: Document) -> None:
        """Store what is known of a document anew, where its text is there already."""
        self.changes.documents[document.id] = document

    def add_passages(self, document_id: str, passages: Sequence[Prepared]) -> None:
        """Store a document's passages, in order."""
        self.changes.passages.setdefault(document_id, []).extend(passages)

    def remove_document(self, document_id: str) -> None:
        """Remove a document with its passages, if there is one."""
        self.changes.documents[document_id] = None
        self.changes.passages.pop(document_id, None)

    def remove_passages_of(self, document_id: str) -> None:
        """Remove a document's passages and keep the document."""
        self.changes.passages[document_id] = []

    def has_documents(self, document_ids: Sequence[str]) -> set[str]:
        """Which of these documents are there."""
        pending = self.changes.documents
        there = {one for one in document_ids if pending.get(one)}
        return there | self.places.of([one for one in document_ids if one not in pending]).keys()

    def document(self, document_id: str) -> Document | None:
        """The document with that id.

        Raises:
            EngineChanged: it was removed while it was read.
        """
        if document_id in self.changes.documents:
            return self.changes.documents[document_id]
        place = self.places.find(document_id)
        return self.places.document(place) if place else None

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """Those of the documents that are there; raises as ``document`` does."""
        pending = {one: self.changes.documents[one] for one in document_ids if one in self.changes.documents}
        places = self.places.of([one for one in document_ids if one not in pending])
        return self.places.documents(places) | {one: document for one, document in pending.items() if document}

    def sources(self, document_ids: Sequence[str]) -> dict[str, str]:
        """What those of the documents that are there say that they come from."""
        pending = {one: self.changes.documents[one] for one in document_ids if one in self.changes.documents}
        places = self.places.of([one for one in document_ids if one not in pending])
        own = {one: document.source for one, document in pending.items() if document}
        return {one: place.summary.source for one, place in places.items()} | own

    def summary(self, document_id: str) -> Summary | None:
        """The document with that id, without its text."""
        place = self.places.find(document_id)
        return place.summary if place else None

    def summaries(self, *, after: int = 0, limit: int = -1) -> list[Summary]:
        """Documents in the order in which they were added, from the one behind position ``after``."""
        condition = f'kind == "{DOCUMENT}" and position > {after}'
        found = self._calls.all(self._roots.current().names.documents, condition, ["position"])
        order = ((int(row["position"]), str(row["key"])) for row in found)
        first = sorted(order) if limit < 0 else heapq.nsmallest(limit, order)
        places = self.places.of([key for _, key in first])
        return [places[key].summary for _, key in first if key in places]

    def taken_from(self, original_sha256: str, media_type: str) -> str | None:
        """The id of the document that was taken from these bytes as that type."""
        condition = f'kind == "{DOCUMENT}" and {one_of("original", [original_sha256])}'
        keys = [str(row["key"]) for row in self._calls.all(self._roots.current().names.documents, condition, [])]
        of_type = [one for one in self.places.of(keys).values() if one.summary.media_type == media_type]
        return min(of_type, key=lambda one: one.summary.position).summary.id if of_type else None

    def passages_of(self, document_id: str) -> Iterator[Stored]:
        """The passages of a document, in order."""
        place = self.places.find(document_id)
        return iter(self.places.stored(place) if place else [])

    def passage_count(self) -> int:
        """How many passages there are."""
        return self.places.words.count(PASSAGES)

    def document_count(self) -> int:
        """How many documents there are."""
        return self._calls.count(self._roots.current().names.documents, f'kind == "{DOCUMENT}"')
