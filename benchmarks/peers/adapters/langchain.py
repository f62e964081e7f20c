"""LangChain: HuggingFaceEmbeddings in FAISS, and beside it BM25Retriever in an EnsembleRetriever."""

import json
from collections.abc import Sequence
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_huggingface import HuggingFaceEmbeddings
from sentence_transformers import SentenceTransformer

from benchmarks.peers.adapters.dialogue import Start, converse
from benchmarks.peers.adapters.remembered import remember


class LangChain:
    """A vector store and a keyword retriever; the latter has no form on disk and is made anew from the texts."""

    def __init__(self, start: Start) -> None:
        self._embeddings = HuggingFaceEmbeddings(model_name=start.model)
        self._hybrid = start.mode == "hybrid"
        self._texts: list[str] = []
        self._store: FAISS | None = None
        if start.saved:
            self._store = FAISS.load_local(start.saved, self._embeddings, allow_dangerous_deserialization=True)
            self._texts = json.loads((Path(start.saved) / "texts.json").read_text(encoding="utf-8"))
            self._retriever = self._combined()

    def add(self, texts: Sequence[str], first: int) -> None:
        """Add to the store, and make the keyword retriever anew, which cannot be added to."""
        documents = [Document(t, metadata={"place": first + i}) for i, t in enumerate(texts)]
        if self._store is None:
            self._store = FAISS.from_documents(documents, self._embeddings)
        else:
            self._store.add_documents(documents)
        self._texts.extend(texts)
        self._retriever = self._combined()

    def ask(self, question: str) -> list[int]:
        """Invoke the retriever."""
        return [document.metadata["place"] for document in self._retriever.invoke(question)][:10]

    def save(self, folder: Path) -> None:
        """Write the vector store and the texts."""
        if self._store:
            self._store.save_local(str(folder))
        (folder / "texts.json").write_text(json.dumps(self._texts), encoding="utf-8")

    def _combined(self) -> BaseRetriever:
        assert self._store
        dense = self._store.as_retriever(search_kwargs={"k": 10})
        if not self._hybrid:
            return dense
        metadatas = [{"place": place} for place in range(len(self._texts))]
        sparse = BM25Retriever.from_texts(self._texts, metadatas=metadatas, k=10)
        return EnsembleRetriever(retrievers=[sparse, dense], weights=[0.5, 0.5])


if __name__ == "__main__":
    remember(SentenceTransformer)
    converse(LangChain)
