"""LlamaIndex: a VectorStoreIndex, and beside it BM25Retriever in a QueryFusionRetriever with one query."""

from collections.abc import Sequence
from pathlib import Path

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember


class LlamaIndex:
    """A vector index in memory with its document store, and a keyword retriever."""

    def __init__(self, start: Start) -> None:
        self._model = HuggingFaceEmbedding(model_name=start.model, embed_batch_size=32)
        self._hybrid = start.mode == "hybrid"
        if start.saved:
            storage = StorageContext.from_defaults(persist_dir=start.saved)
            self._index = load_index_from_storage(storage, embed_model=self._model)
            sparse = BM25Retriever.from_persist_dir(f"{start.saved}/bm25") if self._hybrid else None
            self._combine(sparse)
        else:
            self._index = VectorStoreIndex([], embed_model=self._model)

    def add(self, texts: Sequence[str], first: int) -> None:
        """Insert into the index, and make the keyword retriever anew, which cannot be added to."""
        self._index.insert_nodes([TextNode(text=text, id_=str(first + i)) for i, text in enumerate(texts)])
        nodes = list(self._index.docstore.docs.values())
        self._combine(BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=10) if self._hybrid else None)

    def ask(self, question: str) -> list[int]:
        """Retrieve."""
        return [int(found.node.node_id) for found in self._retriever.retrieve(question)]

    def save(self, folder: Path) -> None:
        """Persist both."""
        self._index.storage_context.persist(persist_dir=str(folder))
        if self._sparse:
            self._sparse.persist(str(folder / "bm25"))

    def _combine(self, sparse: BM25Retriever | None) -> None:
        self._sparse = sparse
        dense: BaseRetriever = self._index.as_retriever(similarity_top_k=10)
        self._retriever = dense
        if sparse:
            self._retriever = QueryFusionRetriever(
                [dense, sparse],
                llm=MockLLM(),
                mode="reciprocal_rerank",
                similarity_top_k=10,
                num_queries=1,
                use_async=False,
            )


if __name__ == "__main__":
    remember(SentenceTransformer)
    converse(LlamaIndex)
