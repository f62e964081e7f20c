"""Measure Pincite beside its peers: ``python -m benchmarks.peers ../shared/eval --scratch FOLDER``.

The folder keeps what takes long and is not timed: the peers' environments and libraries. With it made, about
twenty minutes on two idle cores. ``python -m benchmarks.peers.report`` then writes README's table and the plot.
"""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from api.terminal.progress import progress_bars
from benchmarks.criteria import listed, told
from benchmarks.machine import machine, versions
from benchmarks.peers.adding import added
from benchmarks.peers.asking import asked, easy
from benchmarks.peers.criteria import criteria
from benchmarks.peers.environments import Environments, pincite_megabytes
from benchmarks.peers.plan import FULL, QUICK, REHEARSAL, Plan
from benchmarks.peers.report import RESULT
from benchmarks.peers.saved import libraries
from benchmarks.peers.serving import served, services
from benchmarks.peers.starting import started
from benchmarks.peers.subjects import ENCODER, PEERS, PINCITE, Stage, Subject, linked
from benchmarks.texts import COLLECTIONS, Asked, digest, paragraphs, questions
from index.models import checked_source
from index.naming import DEFAULT_MODEL
from index.progress import Progress


def main() -> None:
    """Prepare what is missing, measure, and write the result."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the labelled collections")
    parser.add_argument("--scratch", type=Path, required=True, help="keeps environments and libraries, some 12 GB")
    parser.add_argument("--plan", choices=("full", "quick", "rehearsal"), default="full")
    parser.add_argument("--prepare", action="store_true", help="only make what is kept")
    parser.add_argument("--output", type=Path, default=RESULT)
    given = parser.parse_args()
    plan = {"full": FULL, "quick": QUICK, "rehearsal": REHEARSAL}[given.plan]
    scratch = given.scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    stage = Stage(scratch, Environments(scratch / "environments"), linked(scratch, checked_source(DEFAULT_MODEL)))
    with progress_bars(Console(stderr=True)) as progress:
        stage.environments.prepare([one.environment for one in (*PEERS, ENCODER)], progress=progress)
        texts = paragraphs(given.folder, plan.paragraphs)
        saved = libraries(stage, texts, progress=progress)
        if not given.prepare:
            asking = questions(given.folder, texts, max(plan.rounds * plan.questions, 50))
            result = _measured(stage, saved, texts, asking, plan, progress=progress)
            given.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            print(*told(result["criteria"]), sep="\n")


def _measured(
    stage: Stage,
    saved: dict[str, Path],
    texts: Sequence[str],
    asking: Sequence[Asked],
    plan: Plan,
    *,
    progress: Progress,
) -> dict[str, Any]:
    subjects = asked(stage, saved, asking, plan, progress=progress)
    first = easy(asking, texts, subjects)
    running = services(stage, saved)
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "plan": {name: getattr(plan, name) for name in Plan.__slots__},
        "texts": {"collections": COLLECTIONS, "count": len(texts), "sha256": digest(texts)},
        "subjects": {
            one.name: _described(stage, one) | {k: v for k, v in subjects[one.name].items() if k != "found"}
            for one in (*PINCITE, *PEERS)
        },
        "services": served(running, asking, first, plan, progress=progress),
        "adding": added(stage, texts, plan, progress=progress),
        "starting": started(stage, saved, running, first, plan, progress=progress),
        "pincite_serving_mb": pincite_megabytes(serving=True),
    }
    result["criteria"] = listed(criteria(result))
    return result


def _described(stage: Stage, subject: Subject) -> dict[str, Any]:
    """The peer, its mode, its packages' versions and its install size, everything that it needs included."""
    if subject.own:
        found, size = versions(), pincite_megabytes(serving=False)
    else:
        found = stage.environments.versions(subject.environment)
        size = stage.environments.megabytes(subject.environment)
    return {
        "peer": subject.peer,
        "mode": subject.mode,
        "versions": {name: found[name] for name in subject.packages},
        "install_mb": size,
    }


if __name__ == "__main__":
    main()
