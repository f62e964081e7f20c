"""A passage as it is prepared, as it is stored, and as a question finds it."""

from dataclasses import dataclass

from index.embedding import Vectors
from index.matching import Match, Termed, Wanted
from index.spans import Span


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage before it is stored: its sentences in its document, its terms, its vectors.

    ``vectors`` is ``(1 + len(sentences), dimension)`` float32, unit rows: the passage, then each sentence.
    """

    sentences: tuple[Span, ...]
    termed: Termed
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored window of whole sentences; spans are code points of its document's text."""

    id: int
    document_id: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage beside its signals for one question; none depends on what else was found.

    ``passage_cosine`` and ``sentence_cosines`` (one a sentence) lie in [-1, 1]; ``match`` says how well its
    words fit, in shares of the question's.
    """

    passage: Passage
    passage_cosine: float
    sentence_cosines: tuple[float, ...]
    match: Match


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the index holds nearest to a question, by passage id.

    ``passages`` is how many there are in all, ``version`` the generation and model that was read.
    """

    candidates: tuple[Candidate, ...]
    wanted: Wanted
    passages: int
    version: str
