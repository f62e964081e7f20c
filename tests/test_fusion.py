"""One score from several."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from columns import together
from index.matching import Match
from index.passages import Candidate, Passage
from index.spans import Span
from qa.fusion import PASSAGE, STATEMENT, PassageWeights, passage_scores, sentence_gains, supporting

ROOT = Path(__file__).parents[1]
SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    """A candidate of one to four sentences with any signals."""
    n = draw(st.integers(1, 4))
    spans = tuple(Span(10 * i, 10 * i + 5) for i in range(n))
    row = st.lists(SHARE, min_size=n, max_size=n).map(tuple)
    return Candidate(
        Passage(1, "0" * 16, Span(0, spans[-1].end), spans),
        draw(COSINE),
        draw(st.lists(COSINE, min_size=n, max_size=n).map(tuple)),
        Match(draw(SHARE), draw(SHARE), draw(row), draw(row)),
    )


def passage_score(candidate: Candidate, weights: PassageWeights = PASSAGE) -> float:
    return float(passage_scores(together([candidate]), weights)[0])


@pytest.mark.parametrize("weights", [PASSAGE, STATEMENT])
def test_the_weights_of_a_passage_add_up_to_1(weights: PassageWeights) -> None:
    assert sum(dataclasses.astuple(weights)) == pytest.approx(1.0)


def test_a_statements_weights_are_the_best_that_were_measured() -> None:
    measured = json.loads((ROOT / "benchmarks" / "quality" / "statements.json").read_text(encoding="utf-8"))
    assert measured["best"][0]["weights"] == pytest.approx(dataclasses.asdict(STATEMENT))


def test_a_score_by_hand() -> None:
    passage = Passage(1, "0" * 16, Span(0, 20), (Span(0, 9), Span(10, 20)))
    candidate = Candidate(passage, 0.5, (0.1, 0.9), Match(0.4, 0.3, (1.0, 0.25), (0.0, 0.5)))
    assert passage_score(candidate) == pytest.approx(0.2 * (0.5 + 0.4 + 0.3 + 0.9 + 0.25))
    assert sentence_gains(together([candidate])).tolist() == pytest.approx(
        [0.3 * 0.1 + 0.3 * 1.0, 0.3 * 0.9 + 0.3 * 0.25 + 0.2 * 0.5]
    )
    assert supporting(together([candidate])).tolist() == [1]


@given(candidates())
def test_a_score_is_a_convex_combination(candidate: Candidate) -> None:
    assert -0.4 - 1e-9 <= passage_score(candidate) <= 1 + 1e-9


@given(candidates(), SHARE)
def test_a_better_signal_never_lowers_a_score(candidate: Candidate, more: float) -> None:
    match = candidate.match
    better = dataclasses.replace(
        candidate,
        passage_cosine=max(candidate.passage_cosine, more),
        match=dataclasses.replace(match, lexical=max(match.lexical, more), phrase=max(match.phrase, more)),
    )
    assert passage_score(better) >= passage_score(candidate) - 1e-12


@given(candidates())
def test_one_signal_alone_is_that_signal(candidate: Candidate) -> None:
    lexical = PassageWeights(passage_cosine=0, lexical=1, phrase=0, sentence_cosine=0, sentence_coverage=0)
    assert passage_score(candidate, lexical) == candidate.match.lexical


@given(st.lists(candidates(), max_size=5))
def test_no_score_depends_on_what_else_was_found(found: list[Candidate]) -> None:
    alone = [together([one]) for one in found]
    all_together = together(found)
    assert passage_scores(all_together).tolist() == [passage_scores(one)[0] for one in alone]
    assert supporting(all_together).tolist() == [supporting(one)[0] for one in alone]
    assert sentence_gains(all_together).tolist() == [gain for one in alone for gain in sentence_gains(one)]


def test_of_sentences_that_support_a_passage_equally_the_first_counts() -> None:
    passage = Passage(1, "0" * 16, Span(0, 30), (Span(0, 9), Span(10, 20), Span(20, 30)))
    candidate = Candidate(passage, 0.5, (0.1, 0.9, 0.9), Match(0.0, 0.0, (0.0,) * 3, (0.0,) * 3))
    assert supporting(together([candidate, candidate])).tolist() == [1, 1]


@given(st.lists(candidates(), max_size=4))
def test_columns_give_back_the_candidates_that_they_were_made_of(found: list[Candidate]) -> None:
    columns = together(found)
    assert columns == found
    assert columns[:2] == tuple(found[:2])
    spans = [(one.passage.document_id, one.passage.span.start, one.passage.span.end) for one in found]
    assert columns.places() == spans
