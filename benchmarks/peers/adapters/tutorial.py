"""The tutorial's store, without its service."""

from collections.abc import Sequence
from pathlib import Path

from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember
from benchmarks.peers.adapters.tutorial_service import Store


class Tutorial:
    """Exact search among vectors, and the texts beside them."""

    def __init__(self, start: Start) -> None:
        self._store = Store(start.model)
        if start.saved:
            self._store.load(Path(start.saved))

    def add(self, texts: Sequence[str], _: int) -> None:
        """As the store does."""
        self._store.add(texts)

    def ask(self, question: str) -> list[int]:
        """As the store does."""
        return [place for place, _ in self._store.search(question, 10)]

    def save(self, folder: Path) -> None:
        """As the store does."""
        self._store.save(folder)


if __name__ == "__main__":
    remember(SentenceTransformer)
    converse(Tutorial)
