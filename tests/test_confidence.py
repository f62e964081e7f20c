"""How sure Pincite is."""

import math
from dataclasses import replace

import pytest

from index.library import Library
from qa.answering import Answerer
from qa.confidence import Model, Signals, confidence, fitted, names, signals
from qa.reading.compiled import CompiledReader
from qa.retrieval import retrieve

NOTHING = Signals(words=0.0, score=0.0, cosine=0.0, size=0.0, name_missing=0.0, relevance=0.0)


def test_a_probability_by_hand() -> None:
    model = Model(-1.0, {"words": 0.5, "score": 2.0, "cosine": 0.0, "size": -0.1, "name_missing": -3.0}, 0.4)
    given = Signals(words=1.0, score=0.75, cosine=0.9, size=2.0, name_missing=0.0)
    assert model.probability(given) == pytest.approx(1 / (1 + math.exp(-(-1 + 0.5 + 1.5 - 0.2))))


def test_the_committed_model_weighs_every_signal_and_nothing_else() -> None:
    signals_ = set(Signals.__dataclass_fields__)
    assert set(fitted(read=True).weights) == signals_
    assert set(fitted(read=False).weights) == signals_ - {"relevance"}
    assert 0 < fitted(read=False).threshold < 1
    assert 0 < fitted(read=True).threshold < 1


def test_extreme_signals_stay_probabilities() -> None:
    weights = dict.fromkeys(Signals.__dataclass_fields__, 1e6)
    assert 0 < Model(-1e9, weights, 0.5).probability(NOTHING) < 1e-12
    assert 1 > Model(100.0, weights, 0.5).probability(NOTHING) > 1 - 1e-12


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who apologized to Vladimir Putin?", {"vladimir", "putin"}),
        ("What happened in November 2020?", {"novemb", "2020"}),
        ("Azerbaijan did what?", set()),
        ("WHO APOLOGIZED TO PUTIN?", set()),
        ("when did In and The matter?", set()),
        ("Which aircraft, a Mi-24?", {"mi", "24"}),
    ],
)
def test_names_and_numbers_of_a_question(question: str, expected: set[str]) -> None:
    assert names(question) == expected


def test_the_signals_of_the_main_question(seed_library: Library) -> None:
    question = "who took responsibility?"
    retrieved = retrieve(seed_library, question)
    found = signals(question, retrieved, seed_library)
    assert found.words == pytest.approx(math.log(3))
    assert found.score == pytest.approx(retrieved.passages[0].score * math.log(3))
    assert found.size == pytest.approx(math.log(10))
    assert (found.name_missing, found.relevance) == (0.0, None)


def test_reading_adds_its_best_relevance_and_changes_no_other_signal(
    seed_library: Library, reader: CompiledReader
) -> None:
    answerer = Answerer(seed_library, reader)
    unread, read = (answerer.judge("who took responsibility?", read=wanted)[0] for wanted in (False, True))
    before, after = (signals("who took responsibility?", one, seed_library) for one in (unread, read))
    best = max(s.relevance for s in read.sentences if s.relevance is not None)
    assert after == replace(before, relevance=pytest.approx(math.log(best / (1 - best)), abs=1e-6))


def test_a_missing_name_lowers_it(seed_library: Library) -> None:
    said = "How many deaths does the Moscow Times report?"
    unsaid = "How many deaths does the London Times report?"
    sure, unsure = (confidence(q, retrieve(seed_library, q), seed_library) for q in (said, unsaid))
    assert unsure < sure
