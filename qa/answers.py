"""What an answer is made of."""

from dataclasses import dataclass

from index.spans import Span
from qa.effort import Read


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place of a quotation: ``document.text[span.start:span.end] == cited_text``.

    ``prefix`` and ``suffix`` are the text around it, by which it is found again in a changed document. ``page`` is
    where it begins: the page of a PDF, the chapter of a book, None in a text without pages.
    """

    document_id: str
    document_title: str
    document_sha256: str
    span: Span
    cited_text: str
    prefix: str
    suffix: str
    url: str | None
    page: int | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage stands where it stands: cosines in [-1, 1], BM25 at least 0, and a reader's relevance.

    ``reader`` is that of the best sentence, in [0, 1]; None where the passage was not read.
    """

    passage: float
    sentence: float
    lexical: float
    reader: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """One signal: its value, its weight, and what it adds to the score, their product."""

    signal: str
    value: float
    weight: float

    @property
    def adds(self) -> float:
        """The signal's share of the score."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """A term of the question that stands in the passage, and its rarity in the library."""

    term: str
    rarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A passage's score as the sum of its parts, and the terms that matched, rarest first."""

    parts: tuple[Part, ...]
    terms: tuple[MatchedTerm, ...]


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage of an answer, cited, with its best sentence; ``score`` orders the passages, at most 1.

    ``copies`` cite that sentence where other passages say the same in the same words. ``explanation`` is there
    where one was asked for.
    """

    score: float
    scores: Scores
    citation: Citation
    sentence: Citation
    copies: tuple[Citation, ...] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The passages nearest to a question, best first, without an answer."""

    question: str
    passages: tuple[CitedPassage, ...]
    index_version: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that answers, or two that say it only together; ``words`` are those in it that are the answer.

    ``words`` is None where no reader marked any.
    """

    sentence: Citation
    words: Citation | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library says to a question.

    ``quote`` is the answer, None where the documents do not say. ``also`` are further ones that answer differently.
    ``passages`` are the nearest ones either way, best first. ``confidence`` is the probability that the documents
    answer the question. ``read`` says how reading went, None where nothing was read.
    """

    question: str
    confidence: float
    quote: Quote | None
    also: tuple[Quote, ...]
    passages: tuple[CitedPassage, ...]
    read: Read | None
    index_version: str

    @property
    def answerable(self) -> bool:
        """Whether the documents say."""
        return self.quote is not None
