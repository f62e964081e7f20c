"""Chroma: a persistent client's collection with its sentence-transformers embedding function; dense alone."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember

BATCH = 5000
"""Its client takes few more than this at once."""


class Chroma:
    """A collection in a folder; it is on disk as soon as it is added to."""

    def __init__(self, start: Start) -> None:
        self._folder = start.saved or tempfile.mkdtemp(prefix="chroma-")
        embed = SentenceTransformerEmbeddingFunction(model_name=start.model)
        client = chromadb.PersistentClient(path=self._folder)
        self._collection = client.get_or_create_collection(
            "paragraphs", embedding_function=embed, configuration={"hnsw": {"space": "cosine"}}
        )

    def add(self, texts: Sequence[str], first: int) -> None:
        """Add to the collection."""
        for begin in range(0, len(texts), BATCH):
            batch = list(texts[begin : begin + BATCH])
            self._collection.add(ids=[str(first + begin + i) for i in range(len(batch))], documents=batch)

    def ask(self, question: str) -> list[int]:
        """Query the collection, with the texts."""
        return [int(place) for place in self._collection.query(query_texts=[question], n_results=10)["ids"][0]]

    def save(self, folder: Path) -> None:
        """Copy what is on disk."""
        shutil.copytree(self._folder, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    remember(SentenceTransformer)
    converse(Chroma)
