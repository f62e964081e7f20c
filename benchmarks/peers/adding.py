"""Adding paragraphs: passages a second, of each peer's fullest mode and of the model alone."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.opening import MODELS
from benchmarks.peers.asking import turned
from benchmarks.peers.plan import Plan
from benchmarks.peers.saved import texts_file
from benchmarks.peers.subjects import ENCODER, PEERS, PINCITE, Stage, Subject
from index.progress import Progress, silent

WARM = 8
"""Paragraphs before the first that counts."""


def fullest() -> list[Subject]:
    """Pincite with nothing read, and each peer in the last of its modes: hybrid, where it has that."""
    last = {one.peer: one for one in PEERS}
    return [PINCITE[0], *last.values()]


def added(stage: Stage, texts: Sequence[str], plan: Plan, *, progress: Progress = silent) -> dict[str, list[float]]:
    """Paragraphs a second by subject and round, into a library that was empty before the first."""
    subjects = [*fullest(), ENCODER]
    path = str(texts_file(stage, texts))
    rates: dict[str, list[float]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        (Path(folder) / MODELS).symlink_to(stage.scratch.resolve() / MODELS)
        partners = {one.name: stage.start(one, None, data=Path(folder)) for one in subjects}
        try:
            for partner in partners.values():
                partner.order(do="add", texts=path, first=0, count=WARM, place=0)
            for number in range(plan.rounds):
                first = WARM + number * plan.added
                for one in turned(subjects, number):
                    done: Any = partners[one.name].order(
                        do="add", texts=path, first=first, count=plan.added, place=first
                    )
                    rates[one.name].append(plan.added / done["seconds"])
                progress("Adding", number + 1, plan.rounds)
        finally:
            for partner in partners.values():
                partner.close()
    return dict(rates)
