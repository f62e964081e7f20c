"""From the start of a process to its first answer, beside importing and loading the model alone."""

import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.adding import fullest
from benchmarks.peers.plan import Plan
from benchmarks.peers.serving import Served
from benchmarks.peers.subjects import ENCODER, Stage, Subject
from benchmarks.texts import First
from index.progress import Progress, silent

LOADING = """
import sys, time
begin = time.perf_counter()
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1])
print(time.perf_counter() - begin)
"""


def started(
    stage: Stage,
    saved: Mapping[str, Path],
    services: Sequence[Served],
    first: First,
    plan: Plan,
    *,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Seconds by round: ``loading`` of the model alone, ``services`` and ``processes`` to their first answer."""
    over_http = {one.name: one for one in services if not one.threads and not one.read}
    in_process = [one for one in fullest() if one.name not in over_http]
    found: dict[str, Any] = {"loading": [], "services": defaultdict(list), "processes": defaultdict(list)}
    found["ready"] = []
    for number in range(plan.rounds):
        found["loading"].append(_loaded(stage))
        for name, one in over_http.items():
            with one.start(first) as running:
                found["services"][name].append(running.answered_seconds)
                if one.peer == "Pincite":
                    found["ready"].append(running.ready_seconds)
        for subject in in_process:
            found["processes"][subject.name].append(_answered(stage, subject, saved, first.text))
        progress("Starting", number + 1, plan.rounds)
    return found


def _loaded(stage: Stage) -> float:
    """Seconds inside the process, so without starting Python itself: in favour of the other side."""
    command = [stage.python(ENCODER), "-c", LOADING, str(stage.model)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return float(done.stdout)


def _answered(stage: Stage, subject: Subject, saved: Mapping[str, Path], question: str) -> float:
    begin = time.perf_counter()
    partner = stage.start(subject, saved[subject.name])
    partner.order(do="ask", questions=[question])
    seconds = time.perf_counter() - begin
    partner.close()
    return seconds
