"""Pincite itself, with its own modules: the full answer with checked citations, nothing read or with the reader."""

import json
from collections.abc import Sequence
from pathlib import Path

from api.opening import effort_of, open_embedder_of, open_reader_of
from api.settings import load_settings
from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.texts import documents
from index.library import Library
from index.progress import silent
from qa.answering import Answerer


class Pincite:
    """A library in ``PINCITE_DATA``; in the mode "reading" the reader reads, in "hybrid" it does not."""

    def __init__(self, start: Start) -> None:
        settings = load_settings()
        self._reads = start.mode == "reading"
        embedder = open_embedder_of(settings, silent)
        self._library = Library.local(settings.data, embedder)
        reader = open_reader_of(settings, silent) if self._reads else None
        self._answerer = Answerer(self._library, reader, effort=effort_of(settings))
        self._places: dict[str, int] = {}
        if start.saved:
            self._places = json.loads((Path(start.saved) / "places.json").read_text(encoding="utf-8"))

    def add(self, texts: Sequence[str], first: int) -> None:
        """Add documents to the library."""
        added = documents(texts)
        self._library.add(added)
        self._places.update({document.id: first + i for i, document in enumerate(added)})

    def ask(self, question: str) -> list[int]:
        """Ask for the answer and ten passages."""
        answer = self._answerer.ask(question, top_k=10, read=self._reads)
        return [self._places[passage.citation.document_id] for passage in answer.passages]

    def save(self, folder: Path) -> None:
        """Bring the files up to date, and write which document stood where."""
        self._library.checkpoint()
        (folder / "places.json").write_text(json.dumps(self._places), encoding="utf-8")


if __name__ == "__main__":
    converse(Pincite)
