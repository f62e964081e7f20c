"""Measure Pincite's own speed: ``python -m benchmarks.speed ../shared/eval --scratch FOLDER``.

The folder keeps libraries of 1,000, 10,000 and 100,000 paragraphs, which take long to make and are not timed. With
them made, about ten minutes on two idle cores. ``python -m benchmarks.speed.report`` then writes README's part.
"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from api.terminal.progress import progress_bars
from benchmarks.criteria import listed, told
from benchmarks.libraries import prepared
from benchmarks.machine import machine, versions
from benchmarks.speed.answering import in_process, over_http, starting
from benchmarks.speed.budget import budget
from benchmarks.speed.criteria import criteria
from benchmarks.speed.growing import adding, memory, searching
from benchmarks.speed.plan import FULL, REHEARSAL, Plan
from benchmarks.speed.report import RESULT
from benchmarks.texts import COLLECTIONS, digest, paragraphs, questions, real
from index.progress import Progress

EMBEDDED = 10_000
"""Libraries up to this size are embedded by the model; in larger ones, what is more is composed."""


def main() -> None:
    """Prepare what is missing, measure, and write the result."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the labelled collections")
    parser.add_argument("--scratch", type=Path, required=True, help="keeps the libraries, some 2 GB")
    parser.add_argument("--plan", choices=("full", "rehearsal"), default="full")
    parser.add_argument("--prepare", action="store_true", help="only make what is kept")
    parser.add_argument("--output", type=Path, default=RESULT)
    given = parser.parse_args()
    plan = {"full": FULL, "rehearsal": REHEARSAL}[given.plan]
    with progress_bars(Console(stderr=True)) as progress:
        texts = paragraphs(given.folder, plan.sizes[-1] + plan.rounds * plan.added)
        folders: dict[int, Path] = {}
        for size in plan.sizes:
            base = folders.get(EMBEDDED) if size > EMBEDDED else None
            folders[size] = prepared(given.scratch, texts[:size], real=base, progress=progress)
        if given.prepare:
            return
        asked = [one.text for one in questions(given.folder, texts[: plan.sizes[0]], 500)]
        result = _measured(given.scratch, folders, texts, asked, plan, progress=progress)
    result["texts"]["real"] = real(given.folder)
    given.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(*told(result["criteria"]), sep="\n")


def _measured(
    scratch: Path,
    folders: Mapping[int, Path],
    texts: Sequence[str],
    asked: Sequence[str],
    plan: Plan,
    *,
    progress: Progress,
) -> dict[str, Any]:
    largest = plan.sizes[-1]
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "plan": {name: getattr(plan, name) for name in Plan.__slots__},
        "texts": {"collections": COLLECTIONS, "count": largest, "sha256": digest(texts[:largest])},
        "starting": starting(folders, asked[0], plan, progress=progress),
        "http": over_http(folders, asked, plan, progress=progress),
        "in_process": in_process(folders, asked, plan, progress=progress),
        "budget": budget(folders[plan.sizes[-2]], asked, plan, progress=progress),
        "adding": adding(folders, texts[largest:], plan, progress=progress),
        "memory": memory(scratch, texts, plan),
        "searching": searching(folders[largest], asked, plan, progress=progress),
    }
    result["criteria"] = listed(criteria(result))
    return result


if __name__ == "__main__":
    main()
