"""An embedder whose vectors a person can compute: one component a word, counted, scaled to length one."""

import re
from collections.abc import Sequence

import numpy as np

from index.embedding import TokenOffsets, Vectors, unit
from index.spans import Span


class WordEmbedder:
    """Knows the words it is made with, and one component for all others; a token is a run of letters."""

    def __init__(self, *words: str, max_tokens: int = 50) -> None:
        self.words = words
        self.max_tokens = max_tokens
        self.embedded = 0

    @property
    def dimension(self) -> int:
        return len(self.words) + 1

    @property
    def fingerprint(self) -> str:
        return "word-" + "-".join(self.words)

    def token_spans(self, text: str) -> TokenOffsets:
        spans = [match.span() for match in re.finditer(r"\w+", text)]
        return np.array(spans, dtype=np.int64).reshape(-1, 2)

    def embed_question(self, question: str) -> Vectors:
        return unit(self._counts(question))

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        self.embedded += 1
        texts = [f"{context} {text}", *(sentence.of(text) for sentence in sentences)]
        return unit(np.stack([self._counts(one) for one in texts]))

    def _counts(self, text: str) -> Vectors:
        counts = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            counts[self.words.index(word) if word in self.words else -1] += 1
        return counts
