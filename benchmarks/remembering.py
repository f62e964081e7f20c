"""An embedder that embeds nothing twice, for benchmarks that make many libraries of the same texts."""

from collections.abc import Sequence

from index.embedding import Embedder, TokenOffsets, Vectors
from index.spans import Span


class Remembering:
    """Passes everything on to ``embedder`` and keeps what it returned."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._passages: dict[tuple[str, tuple[Span, ...], str], Vectors] = {}
        self._questions: dict[str, Vectors] = {}
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.fingerprint = embedder.fingerprint

    def token_spans(self, text: str) -> TokenOffsets:
        """As the embedder's."""
        return self._embedder.token_spans(text)

    def embed_question(self, question: str) -> Vectors:
        """As the embedder's, the first time."""
        if question not in self._questions:
            self._questions[question] = self._embedder.embed_question(question)
        return self._questions[question]

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """As the embedder's, the first time."""
        key = (text, tuple(sentences), context)
        if key not in self._passages:
            self._passages[key] = self._embedder.embed_passage(text, sentences, context=context)
        return self._passages[key]
