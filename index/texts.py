"""Documents' texts, the recently used ones kept in memory."""

import threading

from cachetools import LRUCache

from index.documents import Document
from index.errors import PinciteError
from index.store import Store

CACHE_CHARACTERS = 32_000_000
"""Code points kept in memory; Python stores each in 1, 2 or 4 bytes."""


class DamagedDocument(PinciteError):
    """A stored text is not the one that was added: nothing from it is cited."""


class Texts:
    """Reads documents from the store; what is cached is as of one generation, and read again after a write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._cache: LRUCache[str, tuple[int, Document]] = LRUCache(
            CACHE_CHARACTERS, getsizeof=lambda kept: len(kept[1].text)
        )

    def document(self, document_id: str) -> Document | None:
        """The document, or None where the store has it no more.

        Raises:
            DamagedDocument: its text has another SHA-256 than when it was added.
        """
        generation = self._store.generation  # before the document: what is kept is as new as that, or newer
        with self._guard:
            cached = self._cache.get(document_id)
        if cached and cached[0] == generation:
            return cached[1]
        document = self._store.document(document_id)
        if document is not None and not document.intact:
            raise DamagedDocument(
                f"the stored text of document {document_id} was changed outside Pincite",
                remedy="remove it and add it again",
            )
        if document is not None and len(document.text) <= CACHE_CHARACTERS:
            with self._guard:
                self._cache[document_id] = (generation, document)
        return document
