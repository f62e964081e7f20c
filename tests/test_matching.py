"""How well words match, against the formulas written out."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from columns import matched, stream
from index.matching import K1, B, Match, Statistics, Termed, Wanted, bm25
from index.terms import codes

# Three passages: each a context and its sentences, as terms.
LIBRARY = [
    [["harbour"], ["storm", "broke", "mast"], ["mast", "fell"]],
    [[], ["harbour", "master", "wrote", "letter"]],
    [["weather"], ["storm", "came", "north"]],
]
EVERY = [[term for part in passage for term in part] for passage in LIBRARY]
HOLDING = Counter(term for passage in EVERY for term in set(passage))
AVERAGE = sum(len(passage) for passage in EVERY) / len(EVERY)


def termed(passage: list[list[str]]) -> Termed:
    return Termed(np.array(codes([t for part in passage for t in part]), np.uint32), tuple(map(len, passage)))


def statistics() -> Statistics:
    holding = dict(zip(codes(list(HOLDING)), HOLDING.values(), strict=True))
    return Statistics(len(LIBRARY), sum(map(len, EVERY)), holding)


def wanted(*sequence: str) -> Wanted:
    numbers = codes(list(sequence))
    distinct = tuple(dict.fromkeys(numbers))
    return Wanted(tuple(numbers), distinct, tuple(statistics().rarity(code) for code in distinct))


def rarity(term: str) -> float:
    n = HOLDING[term]
    return math.log(1 + (3 - n + 0.5) / (n + 0.5))


def by_formula(question: list[str], passage: list[str]) -> float:
    """BM25 as the literature writes it, Robertson and Zaragoza 2009, with k1 + 1 above."""
    score = 0.0
    for term in question:
        frequency = passage.count(term)
        damping = K1 * (1 - B + B * len(passage) / AVERAGE)
        score += rarity(term) * frequency * (K1 + 1) / (frequency + damping)
    return score


def test_bm25_is_the_formula() -> None:
    question = wanted("storm", "mast", "unheard")
    found = matched(question, [termed(passage) for passage in LIBRARY], AVERAGE)
    expected = [by_formula(["storm", "mast", "unheard"], passage) for passage in EVERY]
    assert [bm25(one, question) for one in found] == pytest.approx(expected, rel=1e-12)
    mass = rarity("storm") + rarity("mast") + rarity("unheard")
    assert found[0].lexical == pytest.approx(expected[0] / (mass * (K1 + 1)), rel=1e-12)


def test_a_question_is_taken_from_its_words_and_the_statistics() -> None:
    question = Wanted.of("The storm, the mast and the STORM!", statistics())
    assert question == wanted("storm", "mast", "storm")
    assert question.mass == pytest.approx(rarity("storm") + rarity("mast"))


def test_coverage_counts_the_context_for_every_sentence() -> None:
    question = wanted("harbour", "mast", "storm")
    [found] = matched(question, [termed(LIBRARY[0])], AVERAGE)
    assert found.coverage[0] == pytest.approx(1.0)
    assert found.coverage[1] == pytest.approx((rarity("harbour") + rarity("mast")) / question.mass)


def test_phrases_are_neighbours_and_may_cross_sentences_only_in_the_passage() -> None:
    question = wanted("broke", "mast", "mast", "fell", "storm")
    [found] = matched(question, [termed(LIBRARY[0])], AVERAGE)
    pair = {
        ("broke", "mast"): (rarity("broke") + rarity("mast")) / 2,
        ("mast", "mast"): rarity("mast"),
        ("mast", "fell"): (rarity("mast") + rarity("fell")) / 2,
    }
    assert found.phrase == pytest.approx(sum(pair.values()) / question.mass)
    assert found.sentence_phrase == pytest.approx(
        (pair["broke", "mast"] / question.mass, pair["mast", "fell"] / question.mass)
    )


def test_passages_do_not_share_neighbours() -> None:
    [_, second] = matched(wanted("fell", "harbour"), [termed(p) for p in LIBRARY[:2]], AVERAGE)
    assert second.phrase == 0.0


def test_a_question_without_words_matches_nothing() -> None:
    assert matched(wanted(), [termed(LIBRARY[0])], AVERAGE) == [Match(0.0, 0.0, (0.0, 0.0), (0.0, 0.0))]
    assert matched(wanted("storm"), [], AVERAGE) == []


def test_a_library_without_terms_has_rarity_and_length() -> None:
    empty = Statistics(0, 0, {})
    assert (empty.average_length, empty.rarity(1)) == (1.0, math.log(2))
    assert Statistics(3, 0, {}).average_length == 1.0  # of passages without a term


WORDS = st.sampled_from(["storm", "mast", "harbour", "broke", "fell", "letter"])
PASSAGES = st.lists(st.lists(st.lists(WORDS, max_size=6), min_size=2, max_size=4), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5), PASSAGES)
def test_shares_lie_between_0_and_1_and_do_not_depend_on_the_others(
    question: list[str], passages: list[list[list[str]]]
) -> None:
    sought = wanted(*question)
    together = matched(sought, [termed(passage) for passage in passages], AVERAGE)
    alone = [matched(sought, [termed(passage)], AVERAGE)[0] for passage in passages]
    for one, other in zip(together, alone, strict=True):
        assert one == other
        shares = (one.lexical, *one.coverage)
        assert all(0 <= share <= 1 + 1e-12 for share in shares)
        assert 0 <= max(one.sentence_phrase) <= one.phrase + 1e-12


def test_sentences_of_the_same_terms_in_the_same_order_have_the_same_print() -> None:
    one = Termed(np.array([9, 1, 2, 2, 1], dtype=np.uint32), (1, 2, 2))
    other = Termed(np.array([1, 2, 1, 2, 3, 4_294_967_295], dtype=np.uint32), (0, 0, 2, 3, 1))
    first, turned, empty, same, longer, large = stream([one, other]).prints.tolist()
    assert first == same
    assert len({first, turned, empty, longer, large}) == 5
    assert stream([]).prints.tolist() == []
