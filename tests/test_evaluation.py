"""What comes of labelled questions, on a collection small enough to judge by eye."""

from pathlib import Path

import pytest

from index.library import Library
from index.spans import Span
from qa.answering import Answerer
from qa.collections import Collection, Label, Question, Source
from qa.evaluation import Units, indexed, overlap, run, run_absent, run_left_out
from word_embedder import WordEmbedder

BOATS = "The storm broke the mast.\n\nThe harbour master wrote two long letters."
WEATHER = "Rain fell all day."
COLLECTION = Collection(
    "small",
    (
        Source("boats", "Boats", BOATS, (Span(0, 25), Span(27, len(BOATS)))),
        Source("weather", "", WEATHER, (Span(0, len(WEATHER)),)),
    ),
    (
        Question("q1", "What broke the mast?", answerable=True, labels=(Label("boats", Span(0, 25), Span(4, 9)),)),
        Question(
            "q2", "When did rain fall?", answerable=True, labels=(Label("weather", Span(0, 18), Span(10, 17)),)
        ),
        Question("q3", "Who sang?", False, ()),
    ),
)


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    return Answerer(Library.local(tmp_path, WordEmbedder("storm", "mast", "rain", "letters", "broke")))


def test_units_are_whole_sources_or_their_own_passages() -> None:
    whole, units = indexed(COLLECTION, "documents"), indexed(COLLECTION, "passages")
    assert [document.text for document in whole.documents.values()] == [BOATS, WEATHER]
    assert [document.text for document in units.documents.values()] == [BOATS[:25], BOATS[27:], WEATHER]
    assert [document.context for document in units.documents.values()] == ["Boats", "Boats", ""]


@pytest.mark.parametrize("units", ["documents", "passages"])
def test_outcomes_say_where_the_answer_was(answerer: Answerer, units: Units) -> None:
    own = indexed(COLLECTION, units)
    answerer.library.add(own.documents.values())
    first, second, third = run(answerer, COLLECTION.questions, own)
    [expected] = [i for i, d in own.documents.items() if "storm" in d.text]
    assert (first.ranked[0], first.relevant) == (expected, {expected})
    assert first.sentence_hits[0]
    assert first.passage_hits[0]
    assert first.word_overlap == pytest.approx(2 * 1 / (3 + 1))
    assert (first.words_exact, first.words_f1) == (None, None)
    assert (first.recalled, second.recalled) == (1.0, 1.0)
    assert (third.answerable, third.relevant, third.sentence_hits) == (False, frozenset(), ())


def test_left_out_questions_are_asked_of_the_others_and_the_library_is_whole_again(answerer: Answerer) -> None:
    own = indexed(COLLECTION, "passages")
    answerer.library.add(own.documents.values())
    before = {summary.id for summary in answerer.library.summaries()}
    outcomes = run_left_out(answerer, own)
    assert [(outcome.question, outcome.answerable) for outcome in outcomes] == [("q1", False), ("q2", False)]
    assert outcomes[0].confidence < run(answerer, COLLECTION.questions[:1], own)[0].confidence
    assert {summary.id for summary in answerer.library.summaries()} == before


def test_another_collections_questions_are_all_unanswerable(answerer: Answerer) -> None:
    assert [outcome.answerable for outcome in run_absent(answerer, COLLECTION.questions)] == [False] * 3


@pytest.mark.parametrize(("other", "shared"), [((5, 9), 4), ((0, 5), 0), ((8, 20), 2), ((0, 30), 5), ((10, 12), 0)])
def test_overlap_counts_shared_characters(other: tuple[int, int], shared: int) -> None:
    assert overlap(Span(5, 10), Span(*other)) == shared
