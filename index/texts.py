"""Documents' texts, the recently used ones kept in memory."""

import threading

from cachetools import LRUCache

from index.documents import Document
from index.engine import Truth
from index.errors import PinciteError

CACHE_CHARACTERS = 32_000_000
"""Code points kept in memory; Python stores each in 1, 2 or 4 bytes."""


class DamagedDocument(PinciteError):
    """A stored text is not the one that was added: nothing from it is cited."""


class Texts:
    """Reads documents from the store; what is cached is of one generation, and let go after a write.

    So nothing of a removed document stays in memory longer than until the next text is read.
    """

    def __init__(self, store: Truth) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._generation = -1
        self._cache: LRUCache[str, Document] = LRUCache(CACHE_CHARACTERS, getsizeof=lambda kept: len(kept.text))

    def document(self, document_id: str) -> Document | None:
        """The document, or None where the store has it no more.

        Raises:
            DamagedDocument: its text has another SHA-256 than when it was added.
        """
        generation = self._store.generation  # before the document: what is kept is as new as that, or newer
        with self._guard:
            if generation > self._generation:
                self._cache.clear()
                self._generation = generation
            cached = self._cache.get(document_id) if generation == self._generation else None
        if cached:
            return cached
        document = self._store.document(document_id)
        if document is not None and not document.intact:
            raise DamagedDocument(
                f"the stored text of document {document_id} was changed outside Pincite",
                remedy="remove it and add it again",
            )
        if document is not None and len(document.text) <= CACHE_CHARACTERS:
            with self._guard:
                if generation == self._generation:
                    self._cache[document_id] = document
        return document
