"""Train, measure and plot the reader.

``python -m benchmarks.reader train ../shared/eval WORK``: makes examples in WORK, trains (an hour and a half on two
cores, minutes on a GPU), and writes ``qa/reading/weights.safetensors`` and its record; stopped, it goes on where it
was.
``python -m benchmarks.reader measure ../shared/eval``: what reading gains and costs, into ``result.json``.
``python -m benchmarks.reader again ../shared/eval WEIGHTS…``: the same of weights that ``train`` made anew, each
time on the same kind of machine, into ``again.json``.
``python -m benchmarks.reader curve ../shared/eval``: accuracy against milliseconds, into ``curve.json``.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from safetensors.torch import save_file

from api.opening import open_embedder_of
from api.settings import load_settings
from api.terminal.progress import progress_bars
from benchmarks.machine import machine
from benchmarks.reader.curve import curve
from benchmarks.reader.examples import TRAINED, Example, examples
from benchmarks.reader.measuring import measured, measured_again
from benchmarks.reader.training import SEED, Plan, train
from index.manifest import file_sha256
from index.models import PACKAGED, checked_source
from index.naming import DEFAULT_MODEL
from qa.reading import weights

FOLDER = Path(__file__).parent
LICENCE = (
    "Trained on questions and texts of SQuAD 2.0 (Rajpurkar et al. 2018, CC BY-SA 4.0) and of SQuADShifts (Miller "
    "et al. 2020; its repository names no licence, its data card says CC BY 4.0). The base model is Apache-2.0."
)


def main() -> None:
    """Do what the first argument says."""
    task, folder = sys.argv[1], Path(sys.argv[2])
    if task == "train":
        _train(folder, Path(sys.argv[3]), Plan(layers=int(sys.argv[4]) if len(sys.argv) > 4 else 6))
    elif task == "measure":
        _write(FOLDER / "result.json", measured(load_settings(), folder))
    elif task == "again":
        found = [measured_again(load_settings(), folder, Path(one)) for one in sys.argv[3:]]
        _write(FOLDER / "again.json", {"trainings": found})
    elif task == "curve":
        _write(FOLDER / "curve.json", curve(load_settings(), folder, [Path(one) for one in sys.argv[3:]]))
    else:
        sys.exit(__doc__)


def _train(folder: Path, work: Path, plan: Plan) -> None:
    work.mkdir(parents=True, exist_ok=True)
    with progress_bars(Console(stderr=True)) as progress:
        found = examples(folder, open_embedder_of(load_settings(), progress), work, progress=progress)
        kept = [example for example in found if not example.tuning]
        trained = train(kept, checked_source(DEFAULT_MODEL), work, plan, progress=progress)
    target = weights.RECORD.with_suffix(".safetensors") if plan == Plan() else work / f"{plan.layers}.safetensors"
    save_file(trained, target)
    _write(target.with_suffix(".json"), _record(target, plan, found))


def _record(target: Path, plan: Plan, found: Sequence[Example]) -> dict[str, object]:
    """What the committed weights are, and what they were made from."""
    trained = [example.collection for example in found if not example.tuning]
    return {
        "sha256": file_sha256(target),
        "base": {"model": DEFAULT_MODEL, "sha256": PACKAGED[DEFAULT_MODEL].weights_sha256},
        "plan": asdict(plan),
        "seed": SEED,
        "questions": {name: trained.count(name) for name in TRAINED},
        "kept_for_tuning": len(found) - len(trained),
        "licence": LICENCE,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {**machine(), "torch": version("torch")},
    }


def _write(path: Path, record: object) -> None:
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    Console(stderr=True).print(f"wrote {path}", highlight=False)


if __name__ == "__main__":
    main()
