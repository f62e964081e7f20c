"""What a reader changes, with a reader whose judgements are written down."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from index.documents import Document
from index.library import Library
from index.spans import Span
from qa.answering import Answerer
from qa.effort import Effort, Read
from qa.fusion import READING, assured
from qa.reading.reader import Excerpt, Reading
from qa.reranking import rerank
from qa.retrieval import Retrieved, retrieve
from word_embedder import WordEmbedder

QUESTION = "Who signed the order?"
TEXTS = ("Ines signed an order.", "The man signed the order. Rain fell.", "The storm broke the mast.")
"""In the order in which they are retrieved, the first two close together."""


class Written:
    """Finds relevant what holds a given word, and marks that word."""

    name = "written"
    calibrated = False

    def __init__(self, word: str, *, seconds: float = 0.0) -> None:
        self.word = word
        self.seconds = seconds
        self.read_texts: list[str] = []

    def read(self, question: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        """A reading for each excerpt, after ``seconds``."""
        assert question == QUESTION
        for excerpt in excerpts:
            time.sleep(self.seconds)
            self.read_texts.append(excerpt.text)
            held = [self.word in sentence.of(excerpt.text) for sentence in excerpt.sentences]
            yield Reading(tuple(map(float, held)), tuple(s if h else None for s, h in zip(excerpt.sentences, held)))  # noqa: B905


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.local(tmp_path, WordEmbedder("order", "sign", "storm"))
    library.add(Document.from_text(text, title=text[:9], source=text) for text in TEXTS)
    return library


def texts(library: Library, retrieved: Retrieved) -> list[str]:
    return [
        p.candidate.passage.span.of(library.document(p.candidate.passage.document_id).text)
        for p in retrieved.passages
    ]


def test_what_the_reader_finds_relevant_comes_first(library: Library) -> None:
    before = retrieve(library, QUESTION)
    after = rerank(QUESTION, before, Written("man"), library, Effort(2, 1000))
    assert (texts(library, before), texts(library, after)) == (list(TEXTS), [TEXTS[1], TEXTS[0], TEXTS[2]])
    first = after.sentences[0]
    assert (first.relevance, first.words, first.span) == (1.0, Span(0, 25), Span(0, 25))
    unread = {(s.candidate.passage.id, s.span): s.score for s in before.sentences}
    for sentence in after.sentences:
        score = unread[sentence.candidate.passage.id, sentence.span]
        read = READING.sentence * (sentence.relevance or 0.0)
        assert sentence.score == pytest.approx((1 - READING.sentence) * score + read)
    for passage in after.passages:
        read = READING.passage * assured(passage.best.relevance)
        assert passage.score == pytest.approx((1 - READING.passage) * passage.fused + read)


def test_only_so_many_are_read(library: Library) -> None:
    reader = Written("signed")
    after = rerank(QUESTION, retrieve(library, QUESTION), reader, library, Effort(1, 1000))
    assert reader.read_texts == [TEXTS[0]]
    assert after.read == Read("written", 1, complete=True, calibrated=False, share=READING.passage)
    assert [sentence.relevance for sentence in after.sentences] == [1.0, None, None, None]


def test_what_is_far_behind_is_not_read(library: Library) -> None:
    reader = Written("signed")
    after = rerank(QUESTION, retrieve(library, QUESTION), reader, library, Effort(10, 1000))
    assert reader.read_texts == [*TEXTS[:2]]
    assert after.read == Read("written", 2, complete=True, calibrated=False, share=READING.passage)


def test_when_time_is_up_the_rest_keeps_its_order_and_the_answer_says_so(library: Library) -> None:
    reader = Written("man", seconds=0.02)
    answer = Answerer(library, reader, effort=Effort(3, 1.0)).ask(QUESTION, min_confidence=0)
    assert reader.read_texts == [TEXTS[0]]
    assert answer.read is not None
    assert (answer.read.reader, answer.read.passages, answer.read.complete) == ("written", 1, False)


def test_the_order_of_programs_stays(tmp_path: Path) -> None:
    """A reader that learnt from prose finds a sentence in them, and moves no passage."""
    programs = [f"{text}\nif (order[{i}] == signed) {{ return &man_{i}; }}" for i, text in enumerate(TEXTS)]
    library = Library.local(tmp_path, WordEmbedder("order", "sign", "storm"))
    library.add(Document.from_text(text, title=text[:9], source=text) for text in programs)
    before = retrieve(library, QUESTION)
    after = rerank(QUESTION, before, Written("man"), library, Effort(3, 1000))
    assert texts(library, after) == texts(library, before)
    assert after.read is not None
    assert after.read.share == 0
    assert [p.score for p in after.passages] == pytest.approx([p.fused for p in before.passages])
    assert after.sentences[0].relevance == 1.0


def test_nothing_is_read_unasked(library: Library) -> None:
    reader = Written("man")
    answer = Answerer(library, reader).ask(QUESTION, read=False, min_confidence=0)
    assert (reader.read_texts, answer.read) == ([], None)
    assert [passage.scores.reader for passage in answer.passages] == [None] * len(answer.passages)
    assert answer == Answerer(library).ask(QUESTION, min_confidence=0)


def test_a_reader_that_confidence_does_not_know_adds_no_certainty(library: Library) -> None:
    sure, unread = Answerer(library, Written("Ines")), Answerer(library)
    assert sure.judge(QUESTION)[1] == unread.judge(QUESTION)[1]


def test_the_marked_words_are_cited_exactly(library: Library) -> None:
    answer = Answerer(library, Written("Ines")).ask(QUESTION, min_confidence=0)
    assert answer.quote is not None
    assert answer.quote.words is not None
    document = library.document(answer.quote.words.document_id)
    assert answer.quote.words.span.of(document.text) == answer.quote.words.cited_text == "Ines signed an order."
