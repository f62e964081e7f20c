"""How probable it is that the documents answer the question."""

import math

from qa.retrieval import Retrieved

THRESHOLD = 0.5


def confidence(retrieved: Retrieved) -> float:
    """The probability."""
    if not retrieved.sentences:
        return 0.0
    best = retrieved.sentences[0]
    z = 6 * (best.score - 0.7)
    return 1 / (1 + math.exp(-z))
