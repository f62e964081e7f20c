"""Questions in process: milliseconds with the library's own threads and with one, memory, and what was found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import ir_measures
from ir_measures import Success, nDCG

from benchmarks.peers.plan import Plan
from benchmarks.peers.subjects import PEERS, PINCITE, Stage, Subject
from benchmarks.processes import Partner, resident_mb
from benchmarks.texts import Asked, First
from index.progress import Progress, silent

WARM = 5
"""Questions before the first that counts."""
MEASURES = (nDCG @ 10, Success @ 1)


@dataclass(slots=True)
class _Seen:
    """A subject's medians, round by round, by number of threads; 0 are the library's own. And what it found."""

    partner: Partner
    ms: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    found: list[list[int]] = field(default_factory=list)


def asked(
    stage: Stage,
    saved: Mapping[str, Path],
    questions: Sequence[Asked],
    plan: Plan,
    *,
    progress: Progress = silent,
) -> dict[str, dict[str, Any]]:
    """For each subject: ``ms`` by threads and round, ``rss_mb``, ``ndcg_10``, ``hit_1``, ``found``."""
    subjects = [*PINCITE, *PEERS]
    seen = {one.name: _Seen(stage.start(one, saved[one.name])) for one in subjects}
    try:
        for one in subjects:
            seen[one.name].partner.order(do="ask", questions=[q.text for q in questions[:WARM]])
        memory = {name: resident_mb(one.partner.process) for name, one in seen.items()}
        for number in range(plan.rounds):
            part = questions[number * plan.questions : (number + 1) * plan.questions]
            for one in turned(subjects, number):
                _round(one, seen[one.name], [q.text for q in part], plan)
            progress("Asking in process", number + 1, plan.rounds)
    finally:
        for ended in seen.values():
            ended.partner.close()
    return {
        name: {
            "ms": dict(one.ms),
            "rss_mb": memory[name],
            **quality(one.found, questions),
            "found": one.found,
        }
        for name, one in seen.items()
    }


def easy(questions: Sequence[Asked], texts: Sequence[str], subjects: Mapping[str, dict[str, Any]]) -> First:
    """The first question of which everybody finds the paragraph that answers among the first five."""
    for place, question in enumerate(questions[: min(len(one["found"]) for one in subjects.values())]):
        found = [one["found"][place][:5] for one in subjects.values()]
        if all(question.relevant & set(one) for one in found):
            return First(question.text, tuple(texts[one] for one in question.relevant))
    raise ValueError("there is no question that everybody answers")


def turned(subjects: Sequence[Subject], number: int) -> list[Subject]:
    """The subjects, another one first each round."""
    place = number % len(subjects)
    return [*subjects[place:], *subjects[:place]]


def _round(subject: Subject, seen: _Seen, questions: Sequence[str], plan: Plan) -> None:
    found: Any = seen.partner.order(do="ask", questions=questions)
    seen.ms[0].append(median(found["ms"]))
    seen.found += found["found"]
    if not subject.own:
        seen.partner.order(do="threads", threads=1)
        alone: Any = seen.partner.order(do="ask", questions=questions[: plan.fewer])
        seen.ms[1].append(median(alone["ms"]))
        seen.partner.order(do="threads", threads=0)


def quality(found: Sequence[Sequence[int]], questions: Sequence[Asked]) -> dict[str, float]:
    """``ndcg_10`` and ``hit_1`` of the questions that were asked, by ir-measures."""
    labels = {str(i): dict.fromkeys(map(str, q.relevant), 1) for i, q in enumerate(questions[: len(found)])}
    ranked = {str(i): {str(p): float(-rank) for rank, p in enumerate(one)} for i, one in enumerate(found)}
    values = ir_measures.calc_aggregate(MEASURES, labels, ranked)
    return {"ndcg_10": values[MEASURES[0]], "hit_1": values[MEASURES[1]]}
