"""Vectors of made paragraphs, composed of those that the model made of their sentences in real ones.

A hundred thousand forward passes take an hour on two cores and change nothing about what a question costs. A made
paragraph's sentences stand in other real paragraphs, where the model has given each a vector: that one is turned
at random until its cosine with itself is 0.9, as another context would turn it, and the paragraph's own vector is
their mean by length. So the vectors lie as real ones do, and no two are the same. Only time is measured on them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.database import DATABASE
from index.embedding import Embedder, TokenOffsets, Vectors, unit
from index.spans import Span
from index.store import Store

COSINE = 0.9


class Composing:
    """Passes questions on to ``embedder``, and composes the vectors of passages from those of known sentences."""

    def __init__(self, embedder: Embedder, known: dict[str, Vectors]) -> None:
        self._embedder = embedder
        self._known = known
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.fingerprint = embedder.fingerprint

    def token_spans(self, text: str) -> TokenOffsets:
        """As the embedder's."""
        return self._embedder.token_spans(text)

    def embed_question(self, question: str) -> Vectors:
        """As the embedder's."""
        return self._embedder.embed_question(question)

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """As the embedder's in shape; a sentence that is not known is embedded alone."""
        seed = hashlib.sha256(f"{context}\0{text}".encode()).digest()[:8]
        rng = np.random.default_rng(int.from_bytes(seed, "little"))
        found = [self._vector(span.of(text)) for span in sentences]
        away = unit(rng.standard_normal((len(found), self.dimension)).astype(np.float32))
        turned = unit(COSINE * np.stack(found) + (1 - COSINE**2) ** 0.5 * away)
        lengths = np.array([len(span) for span in sentences], dtype=np.float32)
        return np.concatenate([unit(lengths @ turned)[np.newaxis], turned])

    def _vector(self, sentence: str) -> Vectors:
        if sentence not in self._known:
            self._known[sentence] = self._embedder.embed_question(sentence)
        return self._known[sentence]


def known_sentences(folder: Path, texts: Mapping[str, str]) -> dict[str, Vectors]:
    """The vector of every sentence in the library in ``folder``; ``texts`` are its documents', by id."""
    store = Store(folder / DATABASE)
    try:
        return {
            span.of(texts[stored.passage.document_id]): stored.vectors[1 + place]
            for stored in store.passages_after()
            for place, span in enumerate(stored.passage.sentences)
        }
    finally:
        store.close()
