"""A score, taken apart."""

from dataclasses import asdict

import pytest

from index.library import Library
from qa.answering import Answerer
from qa.fusion import assured, weights_for
from qa.reading.compiled import CompiledReader
from qa.retrieval import retrieve

QUESTION = "Who apologized to Vladimir Putin?"
STATEMENT = "Aliyev apologized to Vladimir Putin."


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


def test_a_statement_is_weighed_as_one_and_the_reader_moves_none_of_its_passages(
    seed_library: Library, reader: CompiledReader
) -> None:
    passages = Answerer(seed_library, reader).ask(STATEMENT, top_k=50, explained=True).passages
    fused = [one.fused for one in retrieve(seed_library, STATEMENT).passages]
    assert [passage.score for passage in passages] == pytest.approx(fused)
    assert passages[0].scores.reader is not None
    for passage in passages:
        assert passage.explanation is not None
        weights = {part.signal: part.weight for part in passage.explanation.parts}
        assert weights.pop("reader") == 0
        assert weights == asdict(weights_for(STATEMENT)) != asdict(weights_for(QUESTION))
        assert sum(part.adds for part in passage.explanation.parts) == pytest.approx(passage.score)


def test_the_terms_are_the_questions_that_the_passage_holds_rarest_first(seed_library: Library) -> None:
    first = Answerer(seed_library).ask(QUESTION, explained=True).passages[0]
    assert first.explanation is not None
    assert [one.term for one in first.explanation.terms] == ["apolog", "vladimir", "putin"]
    rarity = [one.rarity for one in first.explanation.terms]
    assert rarity == sorted(rarity, reverse=True)
    assert sum(rarity) == pytest.approx(retrieve(seed_library, QUESTION).neighbours.wanted.mass)


def test_nothing_is_explained_unasked(seed_library: Library) -> None:
    assert [p.explanation for p in Answerer(seed_library).ask(QUESTION).passages] == [None] * 5
