"""The bodies of answers in version 1 of the HTTP interface."""

from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from api.requests import Body, DocumentId
from index.documents import Summary
from qa.answers import Answer, Citation, CitedPassage, Explanation, Quote
from qa.effort import Read

WORDS_AT_EACH_END = 5
"""Words of a long quotation that a text fragment names at its start and at its end."""


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
    page: int | None = Field(description="Where it begins: a PDF's page, a book's chapter; null without pages.")
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
    """Cosines of the passage and of its best sentence, the passage's BM25 score, and the best sentence's relevance.

    ``reader`` is null where the passage was not read.
    """

    passage: float
    sentence: float
    lexical: float
    reader: float | None


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
            scores=ScoresBody(
                passage=scores.passage, sentence=scores.sentence, lexical=scores.lexical, reader=scores.reader
            ),
            citation=CitationBody.of(passage.citation),
            sentence=CitationBody.of(passage.sentence),
            explanation=ExplanationBody.of(why) if why else None,
        )


class WordsBody(Body):
    """Words of a document, exactly."""

    text: str
    citation: CitationBody

    @classmethod
    def of(cls, citation: Citation) -> "WordsBody":
        """The body of a quotation."""
        return cls(text=citation.cited_text, citation=CitationBody.of(citation))


class QuoteBody(WordsBody):
    """A sentence that answers, or two that do together; ``span`` are the words in it that are the answer.

    ``span`` is null where no reader marked any.
    """

    span: WordsBody | None

    @classmethod
    def quoted(cls, quote: Quote) -> "QuoteBody":
        """The body of a quote."""
        return cls(**_quote_fields(quote))


class AnswerBody(QuoteBody):
    """The answer; ``also`` are further sentences that answer differently."""

    also: list[QuoteBody]


class ReadBody(Body):
    """How reading went: the reader, the passages read, and whether time was enough for all that were to be."""

    reader: str
    passages: int
    complete: bool

    @classmethod
    def of(cls, read: Read) -> "ReadBody":
        """The body of what is known of reading."""
        return cls(reader=read.reader, passages=read.passages, complete=read.complete)


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
    read: ReadBody | None = Field(description="Null where nothing was read.")
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
            read=ReadBody.of(answer.read) if answer.read else None,
            index_version=answer.index_version,
            took_ms=took_ms,
        )


class DocumentBody(Body):
    """A document without its text; ``length`` is in code points, ``original_sha256`` null if it was not kept."""

    id: DocumentId
    title: str
    source: str
    sha256: str
    length: int
    passages: int
    media_type: str
    original_sha256: str | None

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
            media_type=summary.media_type,
            original_sha256=summary.original_sha256,
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
    if answer.quote is None:
        return None
    return AnswerBody(**_quote_fields(answer.quote), also=[QuoteBody.quoted(one) for one in answer.also])


def _quote_fields(quote: Quote) -> dict[str, Any]:
    sentence = quote.sentence
    return {
        "text": sentence.cited_text,
        "citation": CitationBody.of(sentence),
        "span": WordsBody.of(quote.words) if quote.words else None,
    }


def text_fragment(text: str) -> str:
    """A URL's text fragment for a quotation (WICG "Text Fragments"); a long one by its first and last words."""
    words = text.split()
    if len(words) <= 2 * WORDS_AT_EACH_END:
        return "#:~:text=" + _encoded(words)
    return f"#:~:text={_encoded(words[:WORDS_AT_EACH_END])},{_encoded(words[-WORDS_AT_EACH_END:])}"


def _encoded(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")
