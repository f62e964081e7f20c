"""Measure retrieval, with nothing read: ``python -m benchmarks.quality ../shared/eval`` writes ``result.json``.

About half an hour on two cores. ``python -m benchmarks.quality.report`` then writes README's table and plots.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from api.opening import open_embedder_of
from api.settings import load_settings
from api.terminal.evaluating import evaluate_collection
from api.terminal.progress import progress_bars
from benchmarks.machine import machine, versions
from benchmarks.quality.ablation import ablation
from benchmarks.quality.baselines import baselines
from qa.confidence import fitted
from qa.evaluation import Units
from qa.reading.opening import NONE

RESULT = Path(__file__).with_name("result.json")
RUNS: tuple[tuple[str, Units], ...] = (
    ("squad2-dev", "passages"),
    ("squad2-dev", "documents"),
    ("scifact", "documents"),
    ("contextual-codebase", "passages"),
    ("chroma-chunking", "documents"),
    ("squadshifts-amazon", "documents"),
    ("squadshifts-reddit", "documents"),
)


def main() -> None:
    """Run every evaluation, and write the result."""
    folder = Path(sys.argv[1])
    settings = load_settings().model_copy(update={"reranker": NONE})
    reports: list[dict[str, Any]] = []
    with progress_bars(Console(stderr=True)) as progress:
        for name, units in RUNS:
            thorough = (name, units) == ("squad2-dev", "passages")
            report = evaluate_collection(
                settings,
                folder / name,
                units=units,
                left_out=thorough,
                foreign=folder / "scifact" if thorough else None,
                progress=progress,
            )
            reports.append(asdict(report))
            print(
                name, units, json.dumps(report.parts["ranking"]), json.dumps(report.parts["evidence"]), flush=True
            )
        embedder = open_embedder_of(settings, progress)
        result = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "versions": versions(),
            "model": embedder.fingerprint,
            "confidence": asdict(fitted(read=False)),
            "reports": reports,
            "ablation": ablation(settings, folder, embedder, progress),
            "baselines": baselines(folder / "chroma-chunking", embedder, progress),
        }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
