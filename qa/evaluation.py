"""Asking labelled questions, and keeping what came of each."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.documents import Document
from index.filters import EVERYTHING, Scope
from index.progress import Progress, silent
from index.spans import Span
from qa.answering import Answerer
from qa.collections import Collection, Label, Question
from qa.retrieval import RankedPassage, RankedSentence, Retrieved
from qa.wording import exact, f1

STAGE = "Asking questions"
Units = Literal["documents", "passages"]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A collection as documents: whole sources, cut as Pincite cuts, or the sources' own units one by one.

    ``by_source`` names each source's documents and where in it they stand; equal texts are one document.
    """

    collection: Collection
    documents: Mapping[str, Document]
    by_source: Mapping[str, tuple[tuple[str, Span], ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    ``answerable`` is whether the library it was asked of answers it. ``ranked`` are document ids, best first, and
    ``relevant`` those that should be there. The hits say, place by place, whether a sentence or passage holds a
    whole labelled answer; ``word_overlap`` is the F1 of words between the first sentence and the nearest label;
    ``words_exact`` and ``words_f1`` compare the words that a reader marked in it, None where none read.
    ``recalled`` and ``precise`` compare the characters of the first five passages with those of the labels.
    """

    question: str
    answerable: bool
    confidence: float
    milliseconds: float
    ranked: tuple[str, ...] = ()
    relevant: frozenset[str] = frozenset()
    sentence_hits: tuple[bool, ...] = ()
    passage_hits: tuple[bool, ...] = ()
    word_overlap: float | None = None
    words_exact: bool | None = None
    words_f1: float | None = None
    recalled: float | None = None
    precise: float | None = None


def indexed(collection: Collection, units: Units) -> Indexed:
    """The documents that ``collection`` makes, in order."""
    documents: dict[str, Document] = {}
    by_source: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for source in collection.sources:
        for span in source.units if units == "passages" else (Span(0, len(source.text)),):
            text = span.of(source.text)
            if text.strip():
                document = Document.from_text(
                    text, title=source.title or source.id, source=source.id, context=source.title
                )
                documents.setdefault(document.id, document)
                by_source[source.id].append((document.id, span))
    return Indexed(collection, documents, {source: tuple(found) for source, found in by_source.items()})


def run(
    answerer: Answerer, questions: Sequence[Question], own: Indexed | None, *, progress: Progress = silent
) -> list[Outcome]:
    """Ask every question of a library that holds ``own``; None for labels about its only document."""
    outcomes = []
    for done, question in enumerate(questions, start=1):
        outcomes.append(_outcome(answerer, question, own))
        progress(STAGE, done, len(questions))
    return outcomes


def run_absent(answerer: Answerer, questions: Iterable[Question], *, progress: Progress = silent) -> list[Outcome]:
    """Ask questions that the library cannot answer, whatever their labels say."""
    asked = list(questions)
    outcomes = []
    for done, question in enumerate(asked, start=1):
        _, sure, took = _timed(answerer, question.text)
        outcomes.append(Outcome(question.id, answerable=False, confidence=sure, milliseconds=took))
        progress(STAGE, done, len(asked))
    return outcomes


def run_left_out(answerer: Answerer, own: Indexed, *, progress: Progress = silent) -> list[Outcome]:
    """Ask each answerable question of the library without the sources that answer it, one source at a time."""
    questions: dict[str, list[Question]] = defaultdict(list)
    for question in own.collection.questions:
        if question.answerable and len({label.source for label in question.labels}) == 1:
            questions[question.labels[0].source].append(question)
    outcomes: list[Outcome] = []
    for done, (source, asked) in enumerate(questions.items(), start=1):
        out = {document_id: own.documents[document_id] for document_id, _ in own.by_source[source]}
        answerer.library.remove(*out)
        outcomes += run_absent(answerer, asked)
        answerer.library.add(out.values())
        progress("Asking without the source", done, len(questions))
    return outcomes


def run_given(
    answerer: Answerer, questions: Iterable[Question], own: Indexed, *, progress: Progress = silent
) -> list[Outcome]:
    """Ask each question with a labelled answer of the documents alone that hold it."""
    asked = [question for question in questions if any(label.answer for label in question.labels)]
    outcomes = []
    for done, question in enumerate(asked, start=1):
        given = [i for label in question.labels for i, _ in _documents_of(label, own, ())]
        outcomes.append(_outcome(answerer, question, own, scope=Scope(tuple(dict.fromkeys(given)))))
        progress("Asking the right document", done, len(asked))
    return outcomes


def _outcome(answerer: Answerer, question: Question, own: Indexed | None, *, scope: Scope = EVERYTHING) -> Outcome:
    retrieved, sure, took = _timed(answerer, question.text, scope)
    cited = (one.passage.document_id for p in retrieved.passages for one in (p.candidate, *p.copies))
    ranked = tuple(dict.fromkeys(cited))
    labels = [(label, place) for label in question.labels for place in _documents_of(label, own, ranked)]
    answers = [(i, answer) for label, (i, offset) in labels if (answer := _shifted(label.answer, offset))]
    firsts = [_at(sentence) for sentence in retrieved.sentences[:3]]
    passages = [_at(passage) for passage in retrieved.passages[:5]]
    word_overlap, words_exact, words_f1 = _wording(answerer, retrieved, answers)
    return Outcome(
        question.id,
        answerable=question.answerable,
        confidence=sure,
        milliseconds=took,
        ranked=ranked,
        relevant=frozenset(document_id for _, (document_id, _) in labels),
        sentence_hits=tuple(_holds(place, answers, whole=own is not None) for place in firsts) if answers else (),
        passage_hits=tuple(_holds(place, answers, whole=own is not None) for place in passages) if answers else (),
        word_overlap=word_overlap,
        words_exact=words_exact,
        words_f1=words_f1,
        recalled=_covered(answers, passages) if answers else None,
        precise=_covered(passages, answers) if answers else None,
    )


def _timed(answerer: Answerer, question: str, scope: Scope = EVERYTHING) -> tuple[Retrieved, float, float]:
    """What was found, how sure it is, and the milliseconds it took."""
    begin = time.perf_counter()
    retrieved, sure = answerer.judge(question, scope=scope)
    return retrieved, sure, (time.perf_counter() - begin) * 1000


def _documents_of(label: Label, own: Indexed | None, ranked: Sequence[str]) -> list[tuple[str, int]]:
    """The documents that the label's range reaches, each with its offset in the source."""
    if own is None:
        return [(document_id, 0) for document_id in ranked[:1]]
    return [
        (document_id, span.start)
        for document_id, span in own.by_source.get(label.source, ())
        if overlap(span, label.range)
    ]


Place = tuple[str, Span]
"""A document's id and a range of its text."""


def _at(ranked: RankedSentence | RankedPassage) -> Place:
    span = ranked.span if isinstance(ranked, RankedSentence) else ranked.candidate.passage.span
    return ranked.candidate.passage.document_id, span


def _shifted(answer: Span | None, offset: int) -> Span | None:
    """The answer in the document's own offsets; None where it begins before the document."""
    return Span(answer.start - offset, answer.end - offset) if answer and answer.start >= offset else None


def _holds(place: Place, answers: Sequence[Place], *, whole: bool) -> bool:
    """Whether the place holds an answer, all of it or at least a character."""
    return any(
        document_id == place[0] and overlap(span, place[1]) >= (len(span) if whole else 1)
        for document_id, span in answers
    )


def _covered(sought: Sequence[Place], by: Sequence[Place]) -> float:
    """The share of the characters of ``sought`` that ``by`` holds; both are counted once."""
    wanted, held = _characters(sought), _characters(by)
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _characters(places: Sequence[Place]) -> set[tuple[str, int]]:
    return {(document_id, i) for document_id, span in places for i in range(span.start, span.end)}


def overlap(one: Span, other: Span) -> int:
    """How many characters the two share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _wording(
    answerer: Answerer, retrieved: Retrieved, answers: Sequence[Place]
) -> tuple[float | None, bool | None, float | None]:
    """The first sentence's F1 with the nearest label; whether the words marked in it are a label; their F1."""
    if not answers:
        return None, None, None
    if not retrieved.sentences:
        return 0.0, None, None
    labels = [_text(answerer, answer) for answer in answers]
    first = retrieved.sentences[0]
    document_id = first.candidate.passage.document_id
    said = _text(answerer, (document_id, first.span))
    sentence_f1 = max(f1(said, label) for label in labels)
    if retrieved.read is None:
        return sentence_f1, None, None
    marked = _text(answerer, (document_id, first.words)) if first.words else ""
    return sentence_f1, any(exact(marked, one) for one in labels), max(f1(marked, one) for one in labels)


def _text(answerer: Answerer, place: Place) -> str:
    return place[1].of(answerer.library.document(place[0]).text)
