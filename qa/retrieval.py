"""The passages and the sentences that bear on a question, each in its own order."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.filters import EVERYTHING, Scope
from index.library import Library
from index.matching import Weights
from index.passages import Candidate, Candidates, Neighbours
from index.spans import Span
from qa.copies import grouped
from qa.effort import MOST_PASSAGES, Read
from qa.fusion import SENTENCE, passage_scores, sentence_gains, supporting, weights_for
from qa.hints import hint


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with its score; ``number`` counts it in its passage.

    Where a reader read it, ``relevance`` in [0, 1] says how well it answers, ``answerability`` in [0, 1] how much
    its whole passage speaks for an answer, and ``words`` where in the document the answer itself may stand.
    """

    candidate: Candidate
    number: int
    score: float
    relevance: float | None = None
    answerability: float | None = None
    words: Span | None = None

    @property
    def span(self) -> Span:
        """Where it stands in its document."""
        return self.candidate.passage.sentences[self.number]

    @property
    def cosine(self) -> float:
        """Its own vector's cosine with the question's."""
        return self.candidate.sentence_cosines[self.number]


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage with its score and its best sentence; ``fused`` is the score before anything was read.

    ``supporter`` is the number of the sentence that counts in it. ``copies`` say the same in the same words.
    """

    candidate: Candidate
    score: float
    fused: float
    supporter: int
    best: RankedSentence
    copies: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first; the sentences of the first few, best first; the question's words; and how reading went.

    ``read`` is None where nothing was read.
    """

    passages: tuple[RankedPassage, ...]
    sentences: tuple[RankedSentence, ...]
    neighbours: Neighbours
    read: Read | None = None


def retrieve(
    library: Library, question: str, *, scope: Scope = EVERYTHING, least: int = 0, most: int | None = None
) -> Retrieved:
    """Search and rank; ties go by document and place. Where ``scope`` has them, ``least`` passages are found.

    Of those that were found and copy no better one, the first ``most`` are ranked passages in the result, or all.

    Raises:
        UnknownDocument: one of the scope's ids is not in the library.
    """
    neighbours = library.search(question, scope=scope, least=least)
    found, weights = neighbours.candidates, weights_for(question)
    scores, supporters = passage_scores(found, weights), supporting(found, weights)
    gains, wanted = sentence_gains(found), hint(question)
    passages: list[RankedPassage] = []
    sentences: list[RankedSentence] = []
    for rank, group in enumerate(grouped(library, found, _order(found, scores), supporters, most)):
        i = group.original
        candidate, first = found[i], int(found.firsts[i])
        held = _hinted(library, candidate, wanted if rank < MOST_PASSAGES else None)
        score = float(scores[i])
        own = score + (gains[first : first + len(held)] + SENTENCE.hint * held)
        ranked = [RankedSentence(candidate, number, value) for number, value in enumerate(own.tolist())]
        best = ranked[int(own.argmax())]
        copies = tuple(found[copy] for copy in group.copies)
        passages.append(RankedPassage(candidate, score, score, int(supporters[i]), best, copies))
        if rank < MOST_PASSAGES:
            sentences.extend(ranked)
    sentences.sort(key=sentence_order)
    return Retrieved(tuple(passages), tuple(sentences), neighbours)


def passage_order(ranked: RankedPassage) -> tuple[float, str, Span]:
    """By score, then by document and place."""
    return (-ranked.score, ranked.candidate.passage.document_id, ranked.candidate.passage.span)


def sentence_order(ranked: RankedSentence) -> tuple[float, str, Span]:
    """By score, then by document and place."""
    return (-ranked.score, ranked.candidate.passage.document_id, ranked.span)


def _order(found: Candidates, scores: Weights) -> list[int]:
    """By score; places are looked at only where scores are equal."""
    order = np.argsort(-scores, kind="stable")
    if np.diff(scores[order]).all():
        return list(order.tolist())
    places = found.places()
    return sorted(range(len(found)), key=lambda i: (-scores[i], places[i]))


def _hinted(library: Library, candidate: Candidate, wanted: re.Pattern[str] | None) -> npt.NDArray[np.bool_]:
    """(sentences,): which of them hold what the question asks for."""
    sentences = candidate.passage.sentences
    if wanted is None:
        return np.zeros(len(sentences), dtype=bool)
    text = library.document(candidate.passage.document_id).text
    return np.array([wanted.search(text, one.start, one.end) is not None for one in sentences])
