"""A passage as it is stored, and what one question finds out about it."""

from dataclasses import dataclass

from index.spans import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored window of whole sentences; spans are code points of its document's text."""

    id: int
    document_id: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage beside its raw signals for one question: none is scaled, none depends on the other candidates.

    ``passage_cosine`` and ``sentence_cosines`` (one a sentence) lie in [-1, 1]; ``lexical`` and
    ``sentence_lexicals`` are BM25 scores, at least 0 and at most the question's ``lexical_limit``.
    """

    passage: Passage
    passage_cosine: float
    sentence_cosines: tuple[float, ...]
    lexical: float
    sentence_lexicals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the index holds nearest to a question: candidates by passage id, and the version that was read."""

    candidates: tuple[Candidate, ...]
    lexical_limit: float
    version: str
