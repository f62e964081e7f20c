"""What stands under the places of documents: their texts, their passages, and the counters beside them."""

import threading
from collections.abc import Mapping, Sequence

from cachetools import LRUCache

from index.documents import Document
from index.engine import EngineChanged
from index.milvus.calls import Calls
from index.milvus.records import SIGNALS, Place, codes_of, document_of, place_of, stored_of
from index.milvus.root import Roots
from index.milvus.segments import Segments
from index.milvus.words import Words
from index.passages import Stored

KEPT_CHARACTERS = 16_000_000
"""Code points of editions that are kept in memory: an edition never changes, only whether it is seen."""
_PLACE = ("kind", "edition", "position", "body")


class Places:
    """Reads from the collections that belong to the library now."""

    def __init__(self, calls: Calls, roots: Roots) -> None:
        self._calls = calls
        self._roots = roots
        self._guard = threading.Lock()
        self._kept: LRUCache[str, Document] = LRUCache(KEPT_CHARACTERS, getsizeof=lambda kept: len(kept.text))

    @property
    def strings(self) -> Segments:
        """Strings of any length, under names."""
        return Segments(self._calls, self._roots.current().names.texts)

    @property
    def words(self) -> Words:
        """The counters."""
        return Words(self._calls, self._roots.current().names.words)

    def find(self, document_id: str) -> Place | None:
        """The place of a document, None where it is not there; a reader finds it where its search did."""
        view = self._roots.view
        known = view.known.get(document_id) if view and view.known else None
        return known or self.of([document_id]).get(document_id)

    def of(self, document_ids: Sequence[str]) -> Mapping[str, Place]:
        """The places of those of the documents that are there."""
        rows = self._calls.get(self._roots.current().names.documents, document_ids, _PLACE)
        found = {key: place for key, row in rows.items() if (place := place_of(row))}
        view = self._roots.view
        if view and view.known is not None:
            view.known.update(found)
        return found

    def document(self, place: Place) -> Document:
        """The document of a place.

        Raises:
            EngineChanged: it was removed while it was read.
        """
        return self.documents({"": place})[""]

    def documents(self, places: Mapping[str, Place]) -> dict[str, Document]:
        """The document of each place; raises as ``document`` does."""
        with self._guard:
            kept = {one.edition: self._kept.get(one.edition) for one in places.values()}
        texts = self.strings.get([edition for edition, document in kept.items() if not document], fixed=True)
        found = {}
        for name, place in places.items():
            document = kept[place.edition]
            if document is None:
                if place.edition not in texts:
                    raise EngineChanged(f"document {place.summary.id}")
                document = document_of(place, texts[place.edition])
                self._keep(place.edition, document)
            found[name] = document
        return found

    def _keep(self, edition: str, document: Document) -> None:
        if len(document.text) <= KEPT_CHARACTERS:
            with self._guard:
                self._kept[edition] = document

    def stored(self, place: Place) -> list[Stored]:
        """The passages of a place, in order; raises as ``document`` does."""
        rows = self._calls.get(
            self._roots.current().names.passages, place.passages, ["document_id", *SIGNALS], fixed=True
        )
        if len(rows) < len(place.passages):
            raise EngineChanged(f"document {place.summary.id}")
        return [stored_of(number, rows[key]) for number, key in enumerate(place.passages, start=1)]

    def codes(self, places: Sequence[Place]) -> list[list[int]]:
        """The terms of each passage of places, in no order; raises as ``document`` does."""
        keys = [key for place in places for key in place.passages]
        rows = self._calls.get(self._roots.current().names.passages, keys, ["terms"], fixed=True)
        for place in places:
            if not rows.keys() >= set(place.passages):
                raise EngineChanged(f"document {place.summary.id}")
        return [codes_of(row) for row in rows.values()]
