"""From outcomes to measures: ranking, evidence, abstention, speed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, quantiles

import ir_measures
from ir_measures import RR, R, Success, nDCG
from sklearn.metrics import roc_auc_score

from qa.evaluation import Outcome

RANKING = (Success @ 1, R @ 5, R @ 10, R @ 20, RR @ 10, nDCG @ 10)
BINS = 15


@dataclass(frozen=True, slots=True)
class Ranking:
    """Averages over the questions that have something relevant, by ir-measures."""

    questions: int
    hit_1: float
    recall_5: float
    recall_10: float
    recall_20: float
    mrr_10: float
    ndcg_10: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Shares of the answerable questions with a labelled answer whose first sentences or passages hold it whole.

    ``word_overlap`` is the mean F1 of words of the first sentence with the label; ``words_exact`` and ``words_f1``
    are those of the words that a reader marked in it, None without one; ``recalled_5`` the mean share of
    the labels' characters in the first five passages, ``precise_5`` of those passages' characters in a label.
    """

    questions: int
    sentence_1: float
    sentence_3: float
    passage_1: float
    passage_3: float
    word_overlap: float
    words_exact: float | None
    words_f1: float | None
    recalled_5: float
    precise_5: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well confidence tells the answerable questions from the others.

    ``risk_coverage`` are ``(coverage, risk)`` points: answering only the most confident share of all questions,
    how many of those were unanswerable; ``area`` is under it. ``reliability`` are ``(confidence, share answerable,
    questions)`` of bins with equally many questions; ``calibration_error`` their weighted mean difference.
    """

    answerable: int
    unanswerable: int
    threshold: float
    refused: float
    falsely_refused: float
    auroc: float
    area: float
    calibration_error: float
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds a question, from its text to the ranked sentences."""

    median_ms: float
    p95_ms: float


def ranking(outcomes: Sequence[Outcome]) -> Ranking | None:
    """Ranking measures, None where nothing is judged."""
    judged = [outcome for outcome in outcomes if outcome.relevant]
    if not judged:
        return None
    qrels = {o.question: dict.fromkeys(o.relevant, 1) for o in judged}
    run = {o.question: {d: -float(rank) for rank, d in enumerate(o.ranked)} or {"": 0.0} for o in judged}
    found = ir_measures.calc_aggregate(RANKING, qrels, run)
    return Ranking(len(judged), *(round(float(found[measure]), 4) for measure in RANKING))


def evidence(outcomes: Sequence[Outcome]) -> Evidence | None:
    """Evidence measures, None where no answer is marked."""
    marked = [outcome for outcome in outcomes if outcome.word_overlap is not None]
    if not marked:
        return None
    read = [outcome for outcome in marked if outcome.words_f1 is not None]
    return Evidence(
        questions=len(marked),
        sentence_1=_mean(any(o.sentence_hits[:1]) for o in marked),
        sentence_3=_mean(any(o.sentence_hits[:3]) for o in marked),
        passage_1=_mean(any(o.passage_hits[:1]) for o in marked),
        passage_3=_mean(any(o.passage_hits[:3]) for o in marked),
        word_overlap=_mean(o.word_overlap or 0.0 for o in marked),
        words_exact=_mean(bool(o.words_exact) for o in read) if read else None,
        words_f1=_mean(o.words_f1 or 0.0 for o in read) if read else None,
        recalled_5=_mean(o.recalled or 0.0 for o in marked),
        precise_5=_mean(o.precise or 0.0 for o in marked),
    )


def abstention(outcomes: Sequence[Outcome], threshold: float) -> Abstention | None:
    """Abstention measures, None where all questions are answerable or none is."""
    yes = [o.confidence for o in outcomes if o.answerable]
    no = [o.confidence for o in outcomes if not o.answerable]
    if not yes or not no:
        return None
    curve = _risk_coverage(outcomes)
    reliability = _reliability(outcomes)
    return Abstention(
        answerable=len(yes),
        unanswerable=len(no),
        threshold=threshold,
        refused=_mean(c < threshold for c in no),
        falsely_refused=_mean(c < threshold for c in yes),
        auroc=round(float(roc_auc_score([1] * len(yes) + [0] * len(no), [*yes, *no])), 4),
        area=_mean(risk for _, risk in curve),
        calibration_error=round(sum(abs(said - held) * n for said, held, n in reliability) / len(outcomes), 4),
        risk_coverage=curve[:: max(1, len(curve) // 100)],
        reliability=reliability,
    )


def speed(outcomes: Sequence[Outcome]) -> Speed:
    """Speed, of at least two questions."""
    twentieths = quantiles((o.milliseconds for o in outcomes), n=20)
    return Speed(round(twentieths[9], 2), round(twentieths[18], 2))


def _risk_coverage(outcomes: Sequence[Outcome]) -> tuple[tuple[float, float], ...]:
    points = []
    wrong = 0
    ordered = sorted(outcomes, key=lambda o: (-o.confidence, o.answerable))
    for answered, outcome in enumerate(ordered, start=1):
        wrong += not outcome.answerable
        points.append((round(answered / len(ordered), 4), round(wrong / answered, 4)))
    return tuple(points)


def _reliability(outcomes: Sequence[Outcome]) -> tuple[tuple[float, float, int], ...]:
    ordered = sorted(outcomes, key=lambda o: o.confidence)
    edges = [len(ordered) * i // BINS for i in range(BINS + 1)]
    bins = [ordered[a:b] for a, b in pairwise(edges) if b > a]
    return tuple((_mean(o.confidence for o in one), _mean(o.answerable for o in one), len(one)) for one in bins)


def _mean(values: Iterable[float]) -> float:
    return round(fmean(float(value) for value in values), 4)
