"""One score from several: a convex combination of signals, each on a scale of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.passages import Candidate


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of a passage's score, adding up to 1; and what its best sentence adds to a sentence's."""

    lexical: float = 0.5
    passage: float = 0.25
    sentence: float = 0.25
    sentence_cosine: float = 0.6
    sentence_lexical: float = 0.4


def bounded(cosine: float) -> float:
    """A cosine as a share of its greatest value: 0 for unrelated or opposed, 1 for the same."""
    return max(0.0, cosine)


def share(lexical: float, limit: float) -> float:
    """A BM25 score as a share of the most that the question's terms can give."""
    return min(1.0, lexical / limit) if limit else 0.0


def passage_score(candidate: Candidate, limit: float, weights: Weights) -> float:
    """The passage's score in [0, 1], whatever else was found."""
    return (
        weights.lexical * share(candidate.lexical, limit)
        + weights.passage * bounded(candidate.passage_cosine)
        + weights.sentence * bounded(max(candidate.sentence_cosines))
    )


def sentence_scores(candidate: Candidate, limit: float, weights: Weights) -> Sequence[float]:
    """A score for each of the passage's sentences: the passage's own, and what the sentence adds."""
    base = passage_score(candidate, limit, weights)
    return [
        base + weights.sentence_cosine * bounded(cosine) + weights.sentence_lexical * share(lexical, limit)
        for cosine, lexical in zip(candidate.sentence_cosines, candidate.sentence_lexicals, strict=True)
    ]
