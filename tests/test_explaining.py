"""A score, taken apart."""

import pytest

from index.library import Library
from qa.answering import Answerer
from qa.fusion import assured
from qa.reading.compiled import CompiledReader
from qa.retrieval import retrieve

QUESTION = "Who apologized to Vladimir Putin?"


def test_the_parts_add_up_to_the_score(seed_library: Library) -> None:
    for passage in Answerer(seed_library).ask(QUESTION, top_k=50, explained=True).passages:
        assert passage.explanation is not None
        assert sum(part.adds for part in passage.explanation.parts) == pytest.approx(passage.score)
        assert sum(part.weight for part in passage.explanation.parts) == pytest.approx(1.0)


def test_a_reader_is_one_of_the_parts(seed_library: Library, reader: CompiledReader) -> None:
    passages = Answerer(seed_library, reader).ask(QUESTION, top_k=50, explained=True).passages
    for passage in passages:
        assert passage.explanation is not None
        assert sum(part.adds for part in passage.explanation.parts) == pytest.approx(passage.score)
        assert sum(part.weight for part in passage.explanation.parts) == pytest.approx(1.0)
        [relevance] = [part.value for part in passage.explanation.parts if part.signal == "reader"]
        assert relevance == pytest.approx(assured(passage.scores.reader))
    assert passages[0].scores.reader is not None


def test_the_terms_are_the_questions_that_the_passage_holds_rarest_first(seed_library: Library) -> None:
    first = Answerer(seed_library).ask(QUESTION, explained=True).passages[0]
    assert first.explanation is not None
    assert [one.term for one in first.explanation.terms] == ["apolog", "vladimir", "putin"]
    rarity = [one.rarity for one in first.explanation.terms]
    assert rarity == sorted(rarity, reverse=True)
    assert sum(rarity) == pytest.approx(retrieve(seed_library, QUESTION).neighbours.wanted.mass)


def test_nothing_is_explained_unasked(seed_library: Library) -> None:
    assert [p.explanation for p in Answerer(seed_library).ask(QUESTION).passages] == [None] * 5
