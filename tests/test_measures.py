"""Measures, computed by hand."""

import pytest

from qa.evaluation import Outcome
from qa.measures import Abstention, Evidence, Ranking, abstention, evidence, ranking, speed


def outcome(name: str, **fields: object) -> Outcome:
    return Outcome(**{"question": name, "answerable": True, "confidence": 0.9, "milliseconds": 1.0, **fields})  # type: ignore[arg-type]


def test_ranking_is_averaged_over_judged_questions() -> None:
    found = ranking(
        [
            outcome("first", ranked=("a", "b"), relevant=frozenset("a")),
            outcome("second", ranked=("b", "a"), relevant=frozenset("a")),
            outcome("missing", ranked=("b",), relevant=frozenset("a")),
            outcome("nothing found", relevant=frozenset("a")),
            outcome("not judged", ranked=("a",)),
        ]
    )
    assert found == Ranking(4, hit_1=0.25, recall_5=0.5, recall_10=0.5, recall_20=0.5, mrr_10=0.375, ndcg_10=0.4077)


def test_evidence_is_averaged_over_marked_questions() -> None:
    marked = {"word_overlap": 0.5, "words_f1": 0.4, "recalled": 1.0, "precise": 0.2}
    found = evidence(
        [
            outcome("first", sentence_hits=(True, False), passage_hits=(True,), words_exact=True, **marked),
            outcome(
                "third", sentence_hits=(False, False, True), passage_hits=(False, True), words_exact=False, **marked
            ),
            outcome("not marked"),
        ]
    )
    assert found == Evidence(2, 0.5, 1.0, 0.5, 1.0, 0.5, 0.5, 0.4, 1.0, 0.2)


def test_abstention_by_hand() -> None:
    said = [(0.9, True), (0.8, True), (0.6, False), (0.4, True), (0.1, False)]
    found = abstention([outcome(str(i), confidence=c, answerable=a) for i, (c, a) in enumerate(said)], 0.5)
    assert found == Abstention(
        answerable=3,
        unanswerable=2,
        threshold=0.5,
        refused=0.5,
        falsely_refused=0.3333,
        auroc=0.8333,
        area=pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5, abs=1e-4),  # type: ignore[arg-type]
        calibration_error=0.32,
        risk_coverage=((0.2, 0.0), (0.4, 0.0), (0.6, 0.3333), (0.8, 0.25), (1.0, 0.4)),
        reliability=((0.1, 0.0, 1), (0.4, 1.0, 1), (0.6, 0.0, 1), (0.8, 1.0, 1), (0.9, 1.0, 1)),
    )


def test_what_the_labels_do_not_allow_is_not_measured() -> None:
    assert ranking([outcome("a")]) is None
    assert evidence([outcome("a")]) is None
    assert abstention([outcome("a")], 0.5) is None


def test_speed_is_in_milliseconds() -> None:
    found = speed([outcome(str(i), milliseconds=float(i)) for i in range(1, 100)])
    assert (found.median_ms, found.p95_ms) == (50.0, 95.0)
