"""The passages and the sentences that bear on a question, each in its own order."""

import re
from dataclasses import dataclass

from index.filters import EVERYTHING, Scope
from index.library import Library
from index.passages import Candidate, Neighbours
from index.spans import Span
from qa.effort import MOST_PASSAGES, Read
from qa.fusion import passage_score, sentence_gains
from qa.hints import hint


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with its score; ``number`` counts it in its passage.

    Where a reader read it, ``relevance`` in [0, 1] says how well it answers, and ``words`` where in the document
    the answer itself may stand.
    """

    candidate: Candidate
    number: int
    score: float
    relevance: float | None = None
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
    """A passage with its score and its best sentence; ``fused`` is the score before anything was read."""

    candidate: Candidate
    score: float
    fused: float
    best: RankedSentence


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first; the sentences of the first few, best first; the question's words; and how reading went.

    ``read`` is None where nothing was read.
    """

    passages: tuple[RankedPassage, ...]
    sentences: tuple[RankedSentence, ...]
    neighbours: Neighbours
    read: Read | None = None


def retrieve(library: Library, question: str, *, scope: Scope = EVERYTHING, least: int = 0) -> Retrieved:
    """Search and rank; ties go by document and place. Where ``scope`` has them, there are ``least`` passages.

    Raises:
        UnknownDocument: one of the scope's ids is not in the library.
    """
    neighbours = library.search(question, scope=scope, least=least)
    scored = sorted(((passage_score(c), c) for c in neighbours.candidates), key=_order)
    wanted = hint(question)
    passages: list[RankedPassage] = []
    sentences: list[RankedSentence] = []
    for rank, (score, candidate) in enumerate(scored):
        hinted = _hinted(library, candidate, wanted if rank < MOST_PASSAGES else None)
        ranked = [
            RankedSentence(candidate, number, score + gain)
            for number, gain in enumerate(sentence_gains(candidate, hinted))
        ]
        passages.append(RankedPassage(candidate, score, score, max(ranked, key=lambda sentence: sentence.score)))
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


def _order(scored: tuple[float, Candidate]) -> tuple[float, str, Span]:
    score, candidate = scored
    return (-score, candidate.passage.document_id, candidate.passage.span)


def _hinted(library: Library, candidate: Candidate, wanted: re.Pattern[str] | None) -> tuple[bool, ...]:
    sentences = candidate.passage.sentences
    if wanted is None:
        return (False,) * len(sentences)
    text = library.document(candidate.passage.document_id).text
    return tuple(wanted.search(text, sentence.start, sentence.end) is not None for sentence in sentences)
