"""txtai: one Embeddings with content, dense or hybrid, as its documentation has it."""

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings
from txtai.models.pooling.base import Pooling

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember


class Txtai:
    """txtai's embeddings database."""

    def __init__(self, start: Start) -> None:
        self._embeddings = Embeddings({"path": start.model, "content": True, "hybrid": start.mode == "hybrid"})
        if start.saved:
            self._embeddings.load(start.saved)

    def add(self, texts: Sequence[str], first: int) -> None:
        """Insert or update, which is how rows are added to an index that is there."""
        self._embeddings.upsert([(str(first + i), text) for i, text in enumerate(texts)])

    def ask(self, question: str) -> list[int]:
        """Search, with the texts."""
        return [int(row["id"]) for row in self._embeddings.search(question, 10)]

    def save(self, folder: Path) -> None:
        """Write the index."""
        self._embeddings.save(str(folder))


if __name__ == "__main__":
    remember(Pooling)
    converse(Txtai)
