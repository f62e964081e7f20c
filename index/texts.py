"""Documents' texts, the recently used ones kept in memory."""

import threading

from cachetools import LRUCache

from index.documents import Document
from index.passages import Passage
from index.store import Store

CACHE_CHARACTERS = 32_000_000
"""Code points kept in memory; Python stores each in 1, 2 or 4 bytes."""


class Texts:
    """Reads documents from the store; an id is a content hash, so what is cached is never out of date."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._cache: LRUCache[str, Document] = LRUCache(CACHE_CHARACTERS, getsizeof=lambda d: len(d.text))

    def document(self, document_id: str) -> Document | None:
        """The document, or None where the store has it no more."""
        with self._guard:
            cached = self._cache.get(document_id)
        if cached is not None:
            return cached
        document = self._store.document(document_id)
        if document is not None and len(document.text) <= CACHE_CHARACTERS:
            with self._guard:
                self._cache[document_id] = document
        return document

    def forget(self, document_id: str) -> None:
        """Drop a document that was removed."""
        with self._guard:
            self._cache.pop(document_id, None)

    def passage(self, passage: Passage) -> str:
        """The passage's text; empty where its document is gone."""
        document = self.document(passage.document_id)
        return passage.span.of(document.text) if document else ""
