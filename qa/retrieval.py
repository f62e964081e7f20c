"""The passages that bear on a question, ranked, each with its best sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.library import Library
from index.passages import Candidate, Neighbours
from index.spans import Span
from qa.fusion import Weights, passage_score, sentence_scores

WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate ranked for one question; ``sentence`` is the number of its best sentence."""

    candidate: Candidate
    score: float
    sentence: int
    sentence_score: float

    @property
    def best_sentence(self) -> Span:
        """Where the best sentence stands in the document."""
        return self.candidate.passage.sentences[self.sentence]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """All hits for a question, best passage first, and the signals' frame of reference."""

    hits: tuple[Hit, ...]
    neighbours: Neighbours


def retrieve(
    library: Library, question: str, *, documents: Sequence[str] | None = None, weights: Weights = WEIGHTS
) -> Retrieved:
    """Search and rank: by the passage's best sentence; ties by document and place.

    Raises:
        UnknownDocument: one of ``documents`` is not in the library.
    """
    neighbours = library.search(question, documents=documents)
    hits = [_hit(candidate, neighbours.lexical_limit, weights) for candidate in neighbours.candidates]
    return Retrieved(tuple(sorted(hits, key=_order)), neighbours)


def _hit(candidate: Candidate, limit: float, weights: Weights) -> Hit:
    scores = sentence_scores(candidate, limit, weights)
    best = max(range(len(scores)), key=lambda i: (scores[i], -i))
    return Hit(candidate, passage_score(candidate, limit, weights), best, scores[best])


def _order(hit: Hit) -> tuple[float, str, Span]:
    return (-hit.sentence_score, hit.candidate.passage.document_id, hit.candidate.passage.span)
