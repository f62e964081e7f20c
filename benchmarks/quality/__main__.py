"""Measure retrieval, with nothing read: ``python -m benchmarks.quality ../shared/eval`` writes ``result.json``.

About twenty minutes on two cores. ``python -m benchmarks.quality.report`` then writes README's tables. What is
refused, ``benchmarks.reader`` measures: on the half of squad2-dev on which the confidence was not fitted.
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
from benchmarks.quality.latency import latency
from qa.collections import read_collection
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
            report = evaluate_collection(settings, folder / name, units=units, progress=progress)
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
            "latency": latency(settings, read_collection(folder / "squad2-dev"), progress),
        }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
