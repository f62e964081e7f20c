"""What a tutorial builds in an evening: sentence-transformers, faiss and FastAPI, sixty lines in all."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer

DIMENSION = 384


class Store:
    """Texts and an exact index of their vectors."""

    def __init__(self, model: str) -> None:
        self.model = SentenceTransformer(model)
        self.index: faiss.Index = faiss.IndexFlatIP(DIMENSION)
        self.texts: list[str] = []

    def add(self, texts: Sequence[str]) -> None:
        """Embed the texts and keep both."""
        vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        self.index.add(np.asarray(vectors))
        self.texts.extend(texts)

    def search(self, question: str, top_k: int) -> list[tuple[int, float]]:
        """The places of the nearest texts, with their scores."""
        vector = self.model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        scores, places = self.index.search(np.asarray(vector), top_k)
        return list(zip(places[0].tolist(), scores[0].tolist(), strict=True))

    def save(self, folder: Path) -> None:
        """Write both to disk."""
        faiss.write_index(self.index, str(folder / "index.faiss"))
        (folder / "texts.json").write_text(json.dumps(self.texts), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read both from disk."""
        self.index = faiss.read_index(str(folder / "index.faiss"))
        self.texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))


class Question(BaseModel):
    """What is asked."""

    question: str
    top_k: int = 5


def create() -> FastAPI:
    """The service: ``TUTORIAL_MODEL`` and ``TUTORIAL_FOLDER`` say with what."""
    app = FastAPI()
    store = Store(os.environ["TUTORIAL_MODEL"])
    store.load(Path(os.environ["TUTORIAL_FOLDER"]))

    @app.post("/ask")
    def ask(body: Question) -> list[dict[str, object]]:
        return [{"text": store.texts[i], "score": s} for i, s in store.search(body.question, body.top_k)]

    return app
