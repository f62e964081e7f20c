"""Haystack: pipelines over an InMemoryDocumentStore, its embedding and BM25 retrievers joined by rank."""

from collections.abc import Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember


class Haystack:
    """An indexing pipeline and a query pipeline, as its tutorials build them."""

    def __init__(self, start: Start) -> None:
        store = InMemoryDocumentStore.load_from_disk(f"{start.saved}/store.json") if start.saved else None
        self._store = store or InMemoryDocumentStore()
        self._adding = Pipeline()
        self._adding.add_component(
            "embed", SentenceTransformersDocumentEmbedder(model=start.model, progress_bar=False)
        )
        self._adding.add_component("write", DocumentWriter(self._store))
        self._adding.connect("embed", "write")
        self._asking = Pipeline()
        self._asking.add_component("embed", SentenceTransformersTextEmbedder(model=start.model, progress_bar=False))
        self._asking.add_component("dense", InMemoryEmbeddingRetriever(self._store, top_k=10))
        self._asking.connect("embed.embedding", "dense.query_embedding")
        self._last = "dense"
        if start.mode == "hybrid":
            self._asking.add_component("sparse", InMemoryBM25Retriever(self._store, top_k=10))
            self._asking.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=10))
            self._asking.connect("dense", "join")
            self._asking.connect("sparse", "join")
            self._last = "join"

    def add(self, texts: Sequence[str], first: int) -> None:
        """Run the indexing pipeline."""
        documents = [Document(id=str(first + i), content=text) for i, text in enumerate(texts)]
        self._adding.run({"embed": {"documents": documents}})

    def ask(self, question: str) -> list[int]:
        """Run the query pipeline."""
        asked = {"embed": {"text": question}}
        if self._last == "join":
            asked["sparse"] = {"query": question}
        return [int(document.id) for document in self._asking.run(asked)[self._last]["documents"]]

    def save(self, folder: Path) -> None:
        """Write the document store."""
        self._store.save_to_disk(str(folder / "store.json"))


if __name__ == "__main__":
    remember(SentenceTransformer)
    converse(Haystack)
