"""The bodies of answers in version 1 of the HTTP interface."""

from typing import Any

from pydantic import Field

from api.bodies.citations import CitationBody
from api.bodies.generated import GeneratedBody
from api.bodies.questions import Body
from qa.answers import Answer, Citation, CitedPassage, Explanation, Quote
from qa.effort import Read


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
    copies: list[CitationBody] = Field(
        [], description="The same sentence in passages that say the same in the same words: at most 10."
    )
    explanation: ExplanationBody | None = Field(None, exclude_if=lambda explanation: explanation is None)

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
            copies=[CitationBody.of(one) for one in passage.copies],
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
    generated: GeneratedBody | None = Field(None, description="Null where none was asked for.")


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


class AnswersResponse(Body):
    """The answers to several questions, in their order, all from one state of the library."""

    answers: list[AskResponse]


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
