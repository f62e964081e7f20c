"""The passages and the sentences that bear on a question, each in its own order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.library import Library
from index.passages import Candidate, Neighbours
from index.spans import Span
from qa.fusion import passage_score, sentence_gains
from qa.hints import hint

READ_PASSAGES = 10
"""Best passages whose sentences are compared with each other."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with its score; ``number`` counts it in its passage."""

    candidate: Candidate
    number: int
    score: float

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
    """A passage with its score and its best sentence."""

    candidate: Candidate
    score: float
    best: RankedSentence


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first; the sentences of the first few, best first; and the question's words."""

    passages: tuple[RankedPassage, ...]
    sentences: tuple[RankedSentence, ...]
    neighbours: Neighbours


def retrieve(library: Library, question: str, *, documents: Sequence[str] | None = None) -> Retrieved:
    """Search and rank; ties go by document and place.

    Raises:
        UnknownDocument: one of ``documents`` is not in the library.
    """
    neighbours = library.search(question, documents=documents)
    scored = sorted(((passage_score(c), c) for c in neighbours.candidates), key=_order)
    wanted = hint(question)
    passages: list[RankedPassage] = []
    sentences: list[RankedSentence] = []
    for rank, (score, candidate) in enumerate(scored):
        hinted = _hinted(library, candidate, wanted if rank < READ_PASSAGES else None)
        ranked = [
            RankedSentence(candidate, number, score + gain)
            for number, gain in enumerate(sentence_gains(candidate, hinted))
        ]
        passages.append(RankedPassage(candidate, score, max(ranked, key=lambda sentence: sentence.score)))
        if rank < READ_PASSAGES:
            sentences.extend(ranked)
    sentences.sort(key=lambda s: (-s.score, s.candidate.passage.document_id, s.span))
    return Retrieved(tuple(passages), tuple(sentences), neighbours)


def _order(scored: tuple[float, Candidate]) -> tuple[float, str, Span]:
    score, candidate = scored
    return (-score, candidate.passage.document_id, candidate.passage.span)


def _hinted(library: Library, candidate: Candidate, wanted: re.Pattern[str] | None) -> tuple[bool, ...]:
    sentences = candidate.passage.sentences
    if wanted is None:
        return (False,) * len(sentences)
    text = library.document(candidate.passage.document_id).text
    return tuple(wanted.search(text, sentence.start, sentence.end) is not None for sentence in sentences)
