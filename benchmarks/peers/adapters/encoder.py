"""sentence-transformers alone, with its defaults: what its import, its loading and its encoding take."""

from collections.abc import Sequence
from pathlib import Path

from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse


class Encoder:
    """No library at all: texts are embedded and forgotten."""

    def __init__(self, start: Start) -> None:
        self._model = SentenceTransformer(start.model)

    def add(self, texts: Sequence[str], _: int) -> None:
        """Embed the texts."""
        self._model.encode(list(texts), show_progress_bar=False)

    def ask(self, question: str) -> list[int]:
        """Embed the question, and find nothing."""
        self._model.encode([question], show_progress_bar=False)
        return []

    def save(self, folder: Path) -> None:
        """There is nothing to write."""


if __name__ == "__main__":
    converse(Encoder)
