"""What stands under the places of documents: their texts, their passages, and the counters beside them."""

from collections.abc import Mapping, Sequence

from index.documents import Document
from index.engine import EngineChanged
from index.milvus.calls import Calls
from index.milvus.records import SIGNALS, Place, document_of, place_of, stored_of
from index.milvus.root import Roots
from index.milvus.segments import Segments
from index.milvus.words import Words
from index.passages import Stored

_PLACE = ("kind", "edition", "position", "body")


class Places:
    """Reads from the collections that belong to the library now."""

    def __init__(self, calls: Calls, roots: Roots) -> None:
        self._calls = calls
        self._roots = roots

    @property
    def strings(self) -> Segments:
        """Strings of any length, under names."""
        return Segments(self._calls, self._roots.current().names.texts)

    @property
    def words(self) -> Words:
        """The counters."""
        return Words(self._calls, self._roots.current().names.words)

    def find(self, document_id: str) -> Place | None:
        """The place of a document, None where it is not there."""
        return self.of([document_id]).get(document_id)

    def of(self, document_ids: Sequence[str]) -> Mapping[str, Place]:
        """The places of those of the documents that are there."""
        rows = self._calls.get(self._roots.current().names.documents, document_ids, _PLACE)
        found = {key: place_of(row) for key, row in rows.items()}
        return {key: place for key, place in found.items() if place}

    def document(self, place: Place) -> Document:
        """The document of a place.

        Raises:
            EngineChanged: it was removed while it was read.
        """
        text = self.strings.get([place.edition]).get(place.edition)
        if text is None:
            raise EngineChanged(f"document {place.summary.id}")
        return document_of(place, text)

    def stored(self, place: Place) -> list[Stored]:
        """The passages of a place, in order; raises as ``document`` does."""
        rows = self._calls.get(self._roots.current().names.passages, place.passages, ["document_id", *SIGNALS])
        if len(rows) < len(place.passages):
            raise EngineChanged(f"document {place.summary.id}")
        return [stored_of(number, rows[key]) for number, key in enumerate(place.passages, start=1)]
