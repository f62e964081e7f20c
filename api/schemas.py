"""The bodies of version 1 of the HTTP interface."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from index.documents import Summary
from qa.answers import Answer, Citation, CitedPassage, Explanation
from qa.questions import MAX_CHARACTERS

DOCUMENT_ID = r"^[0-9a-f]{16}$"
MAX_TOP_K = 50
WORDS_AT_EACH_END = 5
"""Words of a long quotation that a text fragment names at its start and at its end."""

DocumentId = Annotated[
    str, StringConstraints(pattern=DOCUMENT_ID), Field(description="A document's id: 16 hexadecimal digits.")
]


class Body(BaseModel):
    """A body that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchRequest(Body):
    """What to look for."""

    question: str = Field(description=f"1 to {MAX_CHARACTERS:,} characters of plain text.")
    top_k: int = Field(5, ge=1, le=MAX_TOP_K, strict=True, description="How many passages to return.")
    document_ids: list[DocumentId] | None = Field(
        None, min_length=1, max_length=1000, description="Search only these documents."
    )

    explain: bool = Field(False, strict=True, description="Say for each passage what its score is made of.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "who took responsibility?"}]})


class AskRequest(SearchRequest):
    """A question."""

    min_confidence: float | None = Field(
        None, ge=0, le=1, description="Answer only from this confidence on; the service's setting by default."
    )
    read: bool = Field(
        True, strict=True, description="Let a reader choose the sentence, where one is installed; none ships yet."
    )


class QuoteSelector(Body):
    """W3C Web Annotation: the quotation and the text around it."""

    type: Literal["TextQuoteSelector"] = "TextQuoteSelector"
    exact: str
    prefix: str
    suffix: str


class PositionSelector(Body):
    """W3C Web Annotation: the place, in code points."""

    type: Literal["TextPositionSelector"] = "TextPositionSelector"
    start: int
    end: int


class CitationBody(Body):
    """The exact place of a quotation. Offsets are 0-based, end-exclusive, in Unicode code points."""

    type: Literal["char_location"] = "char_location"
    document_id: DocumentId
    document_title: str
    url: str | None
    cited_text: str
    start_char_index: int
    end_char_index: int
    page: int | None
    document_sha256: str
    selectors: tuple[QuoteSelector, PositionSelector]
    text_fragment: str = Field(description="Put behind the document's address, it scrolls a browser to the place.")

    @classmethod
    def of(cls, citation: Citation) -> "CitationBody":
        """The body of a citation."""
        span, text = citation.span, citation.cited_text
        return cls(
            document_id=citation.document_id,
            document_title=citation.document_title,
            url=citation.url,
            cited_text=text,
            start_char_index=span.start,
            end_char_index=span.end,
            page=citation.page,
            document_sha256=citation.document_sha256,
            selectors=(
                QuoteSelector(exact=text, prefix=citation.prefix, suffix=citation.suffix),
                PositionSelector(start=span.start, end=span.end),
            ),
            text_fragment=text_fragment(text),
        )


class ScoresBody(Body):
    """Cosines of the passage and of its best sentence, and the passage's BM25 score."""

    passage: float
    sentence: float
    lexical: float


class PartBody(Body):
    """One signal of a score: its value, its weight, and their product."""

    signal: str
    value: float
    weight: float
    adds: float


class TermBody(Body):
    """A term of the question that stands in the passage, and its rarity in the library."""

    term: str
    rarity: float


class ExplanationBody(Body):
    """A passage's score as a sum of parts, and the terms that matched, rarest first."""

    parts: list[PartBody]
    terms: list[TermBody]

    @classmethod
    def of(cls, explanation: Explanation) -> "ExplanationBody":
        """The body of an explanation."""
        return cls(
            parts=[
                PartBody(signal=p.signal, value=p.value, weight=p.weight, adds=p.adds) for p in explanation.parts
            ],
            terms=[TermBody(term=one.term, rarity=one.rarity) for one in explanation.terms],
        )


class PassageBody(Body):
    """A passage, its place, and its best sentence; ``explanation`` only where one was asked for."""

    text: str
    score: float
    scores: ScoresBody
    citation: CitationBody
    sentence: CitationBody
    explanation: ExplanationBody | None = None

    @model_serializer(mode="wrap")
    def _without_empty_explanation(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        body: dict[str, Any] = serialise(self)
        if self.explanation is None:
            body.pop("explanation", None)
        return body

    @classmethod
    def of(cls, passage: CitedPassage) -> "PassageBody":
        """The body of a cited passage."""
        scores = passage.scores
        why = passage.explanation
        return cls(
            text=passage.citation.cited_text,
            score=passage.score,
            scores=ScoresBody(passage=scores.passage, sentence=scores.sentence, lexical=scores.lexical),
            citation=CitationBody.of(passage.citation),
            sentence=CitationBody.of(passage.sentence),
            explanation=ExplanationBody.of(why) if why else None,
        )


class QuoteBody(Body):
    """Words of a document, exactly."""

    text: str
    citation: CitationBody

    @classmethod
    def of(cls, citation: Citation) -> "QuoteBody":
        """The body of a quotation."""
        return cls(text=citation.cited_text, citation=CitationBody.of(citation))


class AnswerBody(QuoteBody):
    """The sentence that answers, or two that do together; ``also`` are further ones that answer differently."""

    also: list[QuoteBody]


class SearchResponse(Body):
    """The passages nearest to a question, best first."""

    question: str
    passages: list[PassageBody]
    index_version: str
    took_ms: float


class AskResponse(Body):
    """An answer: ``answer`` is null where the documents do not say, and the passages are then only the nearest."""

    question: str
    answerable: bool
    confidence: float = Field(description="The probability that the documents answer the question.")
    answer: AnswerBody | None
    passages: list[PassageBody]
    index_version: str
    took_ms: float

    @classmethod
    def of(cls, answer: Answer, *, took_ms: float) -> "AskResponse":
        """The body of an answer."""
        return cls(
            question=answer.question,
            answerable=answer.answerable,
            confidence=round(answer.confidence, 4),
            answer=_answer(answer),
            passages=[PassageBody.of(passage) for passage in answer.passages],
            index_version=answer.index_version,
            took_ms=took_ms,
        )


class DocumentBody(Body):
    """A document without its text; ``length`` is in code points."""

    id: DocumentId
    title: str
    source: str
    sha256: str
    length: int
    passages: int

    @classmethod
    def of(cls, summary: Summary) -> "DocumentBody":
        """The body of a stored document."""
        return cls(
            id=summary.id,
            title=summary.title,
            source=summary.source,
            sha256=summary.sha256,
            length=summary.length,
            passages=summary.passages,
        )


class DocumentsResponse(Body):
    """A page of documents, in the order in which they were added; ``next_cursor`` asks for the next."""

    documents: list[DocumentBody]
    next_cursor: str | None


class Problem(BaseModel):
    """RFC 9457: what was wrong, and what to do; ``errors`` says where in the request."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    errors: list[dict[str, str]] = []


def _answer(answer: Answer) -> AnswerBody | None:
    if answer.sentence is None:
        return None
    quote = QuoteBody.of(answer.sentence)
    return AnswerBody(text=quote.text, citation=quote.citation, also=[QuoteBody.of(one) for one in answer.also])


def text_fragment(text: str) -> str:
    """A URL's text fragment for a quotation (WICG "Text Fragments"); a long one by its first and last words."""
    words = text.split()
    if len(words) <= 2 * WORDS_AT_EACH_END:
        return "#:~:text=" + _encoded(words)
    return f"#:~:text={_encoded(words[:WORDS_AT_EACH_END])},{_encoded(words[-WORDS_AT_EACH_END:])}"


def _encoded(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")
