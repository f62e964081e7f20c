"""tantivy finds what BM25's formula finds."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import MOST_NAMED, LexicalIndex, LexicalSearcher

K1, B = 1.2, 0.75
"""tantivy's own."""

Pair = tuple[int, list[int]]
PASSAGES: list[Pair] = [
    (1, [10, 20, 30, 10]),
    (2, [10, 40]),
    (3, [20, 20, 50, 60, 70, 80]),
    (7, [10, 20, 90, 91, 92, 93, 94]),
    (9, [99]),
]


def by_formula(passages: Sequence[Pair], question: Sequence[int]) -> dict[int, float]:
    """Robertson and Zaragoza's BM25 (2009) of every passage with a term of the question, best first."""
    average = sum(len(terms) for _, terms in passages) / len(passages)
    scores: dict[int, float] = {}
    for term in set(question):
        holding = sum(term in terms for _, terms in passages)
        rarity = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
        for number, terms in passages:
            frequency = terms.count(term)
            damping = K1 * (1 - B + B * len(terms) / average)
            if frequency:
                share = rarity * frequency * (K1 + 1) / (frequency + damping)
                scores[number] = scores.get(number, 0.0) + share
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def searcher(folder: Path, passages: Sequence[Pair] = PASSAGES) -> LexicalSearcher:
    index = LexicalIndex(folder)
    index.add(passages)
    return index.searcher()


@pytest.mark.parametrize("question", [[10], [20], [10, 20], [20, 50, 99], [40, 60, 10], [30, 12345]])
def test_search_is_the_order_of_the_formula(tmp_path: Path, question: list[int]) -> None:
    assert searcher(tmp_path).search(question, 9) == list(by_formula(PASSAGES, question))


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=39), min_size=1, max_size=12),
    st.lists(st.integers(0, 11), max_size=4, unique=True),
    st.integers(1, 14),
)
@settings(deadline=None, max_examples=25)
def test_search_of_any_small_library_is_the_order_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory, library: list[list[int]], question: list[int], limit: int
) -> None:
    passages = [(number, terms) for number, terms in enumerate(library, start=1)]
    found = searcher(tmp_path_factory.mktemp("words"), passages).search(question, limit)
    scores = by_formula(passages, question)
    assert len(found) == len(set(found))
    assert [scores[number] for number in found] == pytest.approx(list(scores.values())[:limit], rel=1e-4)


def test_the_limit_keeps_the_best(tmp_path: Path) -> None:
    held = searcher(tmp_path)
    assert list(by_formula(PASSAGES, [10, 20])) == [1, 7, 2, 3]
    assert [held.search([10, 20], limit) for limit in (1, 2, 3)] == [[1], [1, 7], [1, 7, 2]]


def test_a_filter_narrows_the_search_and_not_its_result(tmp_path: Path) -> None:
    held = searcher(tmp_path)
    assert held.search([10, 20], 1, among=np.array([7, 9])) == [7]
    assert held.search([10, 20], 9, among=np.array([3, 7, 9, 99])) == [7, 3]
    assert held.search([10, 20], 9, among=np.array([], dtype=np.int64)) == []


@pytest.mark.parametrize("kept", [1, MOST_NAMED, MOST_NAMED + 1, 4000, 5000])
def test_few_and_many_are_kept_alike(many: LexicalSearcher, kept: int) -> None:
    """The highest ids, which come last of all."""
    for limit in (1, 30):
        found = many.search([40], limit, among=np.arange(5001 - kept, 5001))
        assert found == list(range(5001 - kept, 5001))[:limit]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> LexicalSearcher:
    """5,000 passages that say the same; those of equal score come by id."""
    return searcher(tmp_path_factory.mktemp("many"), [(number, [40]) for number in range(1, 5001)])


def test_a_question_without_terms_or_with_unknown_ones_finds_nothing(tmp_path: Path) -> None:
    held = searcher(tmp_path)
    assert held.search([], 9) == held.search([12345], 9) == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    held = LexicalIndex(tmp_path).searcher()
    assert (len(held), held.search([10], 9)) == (0, [])


def test_equal_scores_come_by_id_however_they_were_added(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    for passage in (5, 9, 1, 7, 3):
        index.add([(passage, [40])])
    held = index.searcher()
    assert [held.search([40], limit) for limit in (1, 2, 5, 9)] == [[1], [1, 3], [1, 3, 5, 7, 9], [1, 3, 5, 7, 9]]


def test_a_searcher_is_one_state_whatever_is_written(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add(PASSAGES)
    before = index.searcher()
    index.add([(11, [40])])
    assert (len(before), before.search([40], 9)) == (5, [2])
    assert index.searcher().search([40], 9) == [11, 2]


def test_an_index_opens_with_what_was_added(tmp_path: Path) -> None:
    expected = searcher(tmp_path).search([10, 20], 9)
    assert LexicalIndex(tmp_path).searcher().search([10, 20], 9) == expected


@pytest.mark.parametrize("damaged", [b"", b"something else"])
def test_a_damaged_folder_is_refused(tmp_path: Path, damaged: bytes) -> None:
    searcher(tmp_path)
    (tmp_path / "meta.json").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"meta\.json"):
        LexicalIndex(tmp_path)


def test_it_says_which_passages_it_holds_and_how_many_hold_a_term(tmp_path: Path) -> None:
    held = searcher(tmp_path)
    assert held.passage_ids() == [1, 2, 3, 7, 9]
    assert [held.holding(term) for term in (10, 20, 99, 12345)] == [3, 3, 1, 0]


def test_an_empty_index_holds_nothing(tmp_path: Path) -> None:
    held = searcher(tmp_path, [])
    assert (held.passage_ids(), held.holding(10)) == ([], 0)
