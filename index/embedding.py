"""What an embedding model does for Pincite: one forward pass a passage, a vector for it and each sentence."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.spans import Span

Vectors = npt.NDArray[np.float32]
TokenOffsets = npt.NDArray[np.int64]


class Embedder(Protocol):
    """Turns text into unit vectors; the compiled model and sentence-transformers both do."""

    @property
    def dimension(self) -> int:
        """Components of each vector."""

    @property
    def max_tokens(self) -> int:
        """The longest passage in tokens, special tokens and prompt already taken off."""

    @property
    def fingerprint(self) -> str:
        """Weights, pooling, prompts, runtime and precision in 16 hexadecimal digits: equal ones may be mixed."""

    def token_spans(self, text: str) -> TokenOffsets:
        """``(n, 2)`` code-point offsets of every token of ``text``, however long, without special tokens."""

    def embed_question(self, question: str) -> Vectors:
        """``(dimension,)`` float32, unit length; a question beyond the model's limit is cut at its end."""

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        """``(1 + len(sentences), dimension)`` float32, unit rows: the passage, then each of its sentences.

        ``sentences`` are spans of ``text``; ``context`` is read before it and is part of no sentence. All
        rows come from one forward pass: a sentence's vector is the mean of its own tokens' outputs, so that
        it knows its neighbours ("late chunking", arXiv:2409.04701). A sentence without a token of its own
        gets the passage's vector.
        """


def lead(context: str) -> str:
    """``context`` as it stands before a passage's text."""
    return f"{context}. " if context else ""


def unit(vector: Vectors) -> Vectors:
    """``vector`` (…, dimension) scaled to length one along its last axis; zeros stay zeros."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    scaled: Vectors = (vector / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def late_chunked(passage: Vectors, tokens: Vectors, offsets: TokenOffsets, sentences: Sequence[Span]) -> Vectors:
    """Stack the pooled ``passage`` (dimension,) on the mean of each sentence's rows of ``tokens``.

    ``tokens`` is ``(n, dimension)`` and ``offsets`` its ``(n, 2)`` code points, special tokens left out.
    """
    rows = [passage]
    for sentence in sentences:
        own = (offsets[:, 0] >= sentence.start) & (offsets[:, 0] < sentence.end)
        rows.append(tokens[own].mean(axis=0) if own.any() else passage)
    return unit(np.stack(rows))
