"""How sure Pincite is."""

import math
from dataclasses import replace

import pytest

from index.library import Library
from index.terms import terms
from qa.answering import Answerer
from qa.confidence import FEW, Against, Calibration, Model, Signals, confidence, fitted, names, signals
from qa.reading.compiled import CompiledReader
from qa.retrieval import retrieve

NOTHING = Signals(
    words=0.0,
    score=0.0,
    cosine=0.0,
    size=0.0,
    name_missing=0.0,
    missing=0.0,
    denied=0.0,
    opposed=0.0,
    relevance=0.0,
    answerability=0.0,
)
NEVER = Against(30.0, {})


def test_a_probability_by_hand() -> None:
    absent = Against(-1.0, {"words": 0.5, "score": 2.0, "size": -0.1})
    model = Model(absent, Against(1.0, {"denied": -3.0}), Calibration(1.5, 0.25, few=0.5), threshold=0.4)
    given = replace(NOTHING, words=1.0, score=0.75, size=math.log(FEW) + 1, denied=1.0)
    for size, few in ((math.log(FEW) + 1, 0.0), (math.log(FEW), 0.0), (math.log(FEW) - 2, 1.0)):
        against = math.exp(1 - 0.5 - 1.5 + 0.1 * size) + math.exp(-1 + 3)
        expected = 1 / (1 + math.exp(-(1.5 * -math.log(against) + 0.25 + few)))
        assert model.probability(replace(given, size=size)) == pytest.approx(expected)


def test_one_reason_is_enough_not_to_answer() -> None:
    absent, deceiving = Against(0.0, {"cosine": 8.0}), Against(0.0, {"denied": -8.0})
    model = Model(absent, deceiving, Calibration(), 0.5)
    near, denied = replace(NOTHING, cosine=1.0), replace(NOTHING, cosine=1.0, denied=1.0)
    assert model.probability(near) == pytest.approx(0.5, abs=1e-3)
    assert model.probability(denied) < 1e-3
    assert Model(absent, NEVER, Calibration(), 0.5).probability(denied) > 0.99


def test_the_committed_model_weighs_every_signal_and_nothing_else() -> None:
    signals_ = set(Signals.__dataclass_fields__)
    for read, unused in ((True, set[str]()), (False, {"relevance", "answerability"})):
        model = fitted(read=read)
        assert {*model.absent.weights, *model.deceiving.weights} == signals_ - unused
        assert 0 < model.threshold < 1


def test_what_speaks_against_an_answer_is_weighed_so() -> None:
    for read in (True, False):
        weights = fitted(read=read).deceiving.weights
        assert {name for name, weight in weights.items() if weight < 0} >= {"missing", "denied", "opposed"}


def test_extreme_signals_stay_probabilities() -> None:
    weights = dict.fromkeys(Signals.__dataclass_fields__, 1e6)
    assert 0 < Model(Against(-1e9, weights), NEVER, Calibration(), 0.5).probability(NOTHING) < 1e-12
    assert 1 > Model(Against(1e9, weights), NEVER, Calibration(), 0.5).probability(NOTHING) > 1 - 1e-12


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
    rarity = dict(zip(terms(question), retrieved.neighbours.wanted.rarity, strict=True))
    first = retrieved.sentences[0]
    document = seed_library.document(first.candidate.passage.document_id)
    lacking = rarity.keys() - set(terms(first.span.of(document.text))) - set(terms(document.context))
    assert found.missing == max((rarity[term] for term in lacking), default=0.0)
    assert (found.name_missing, found.denied, found.opposed) == (0.0, 0.0, 0.0)
    assert (found.relevance, found.answerability) == (None, None)


def test_reading_adds_what_the_reader_says_and_changes_no_other_signal(
    seed_library: Library, reader: CompiledReader
) -> None:
    question = "who took responsibility?"
    answerer = Answerer(seed_library, reader)
    unread, read = (answerer.judge(question, read=wanted)[0] for wanted in (False, True))
    assert unread.sentences[0].span == read.sentences[0].span
    before, after = (signals(question, one, seed_library) for one in (unread, read))
    best = max(s.relevance for s in read.sentences if s.relevance is not None)
    whole = read.sentences[0].answerability
    assert whole is not None
    assert after == replace(
        before,
        relevance=pytest.approx(math.log(best / (1 - best)), abs=1e-6),
        answerability=pytest.approx(math.log(whole / (1 - whole)), abs=1e-6),
    )


def test_a_missing_name_lowers_it(seed_library: Library) -> None:
    said = "How many deaths does the Moscow Times report?"
    unsaid = "How many deaths does the London Times report?"
    sure, unsure = (confidence(q, retrieve(seed_library, q), seed_library) for q in (said, unsaid))
    assert unsure < sure


def test_what_only_the_question_denies_lowers_it(seed_library: Library) -> None:
    said, denied = "Who took responsibility?", "Who never took responsibility?"
    sure, unsure = (confidence(q, retrieve(seed_library, q), seed_library) for q in (said, denied))
    assert signals(denied, retrieve(seed_library, denied), seed_library).denied == 1.0
    assert unsure < sure
