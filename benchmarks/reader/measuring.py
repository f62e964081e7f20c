"""What reading gains and costs: the same questions, asked with the reader and without."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from api.opening import effort_of, open_embedder_of, open_reader_of
from api.settings import Settings
from api.terminal.evaluating import EVALUATIONS
from api.terminal.progress import progress_bars
from benchmarks.machine import machine, versions
from benchmarks.reader.examples import HALVED, half
from index.embedding import Embedder
from index.library import Library
from index.models import checked_source
from index.naming import DEFAULT_MODEL
from index.progress import Progress
from qa.answering import Answerer
from qa.collections import Question, read_collection
from qa.confidence import fitted
from qa.evaluation import Indexed, Outcome, Units, indexed, run, run_absent, run_given, run_left_out
from qa.measures import abstention, evidence, ranking, speed
from qa.reading.compiled import CompiledReader
from qa.reading.compiling import compile_reader
from qa.reading.reader import Reader
from qa.reading.weights import Weights

MEASURED: tuple[tuple[str, Units], ...] = (
    (HALVED, "passages"),
    ("scifact", "documents"),
    ("contextual-codebase", "passages"),
    ("chroma-chunking", "documents"),
)
"""What is reported: nothing was trained or chosen on it; of ``HALVED``, that is the second half."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """What every report is made with."""

    settings: Settings
    folder: Path
    embedder: Embedder
    progress: Progress

    def report(self, name: str, units: Units, reader: Reader | None) -> dict[str, Any]:
        """The measures of one collection, read by ``reader``."""
        own, questions = second_half(self.folder / name, units)
        library = library_of(self.settings, own, units, self.embedder, self.progress)
        answerer = Answerer(library, reader, effort=effort_of(self.settings))
        found = _parts(answerer, own, questions, self.folder, self.progress)
        library.close()
        return found


def measured(settings: Settings, folder: Path) -> dict[str, Any]:
    """The record that is committed: for each collection, the measures with the reader and without."""
    with progress_bars(Console(stderr=True)) as progress:
        bench = _Bench(settings, folder, open_embedder_of(settings, progress), progress)
        reader = open_reader_of(settings, progress)
        reports = {
            way: {f"{name}, {units}": bench.report(name, units, chosen) for name, units in MEASURED}
            for way, chosen in (("read", reader), ("unread", None))
        }
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "reader": reader.name if reader else None,
        "effort": asdict(effort_of(settings)),
        **reports,
    }


def measured_again(settings: Settings, folder: Path, trained: Path) -> dict[str, Any]:
    """The same of weights in ``trained`` that the same command made anew, on what the reader is reported on."""
    with progress_bars(Console(stderr=True)) as progress, TemporaryDirectory() as compiled:
        record = json.loads(trained.with_suffix(".json").read_text(encoding="utf-8"))
        weights = Weights(trained, record["sha256"], record["base"]["sha256"], record["plan"]["layers"])
        target = Path(compiled) / "reader"
        compile_reader(weights, checked_source(DEFAULT_MODEL), target, progress=progress)
        reader = CompiledReader(target)
        [(name, units), *_] = MEASURED
        found = _Bench(settings, folder, open_embedder_of(settings, progress), progress).report(name, units, reader)
    return {"reader": reader.name, "trained_on": record["machine"], "read": {f"{name}, {units}": found}}


def second_half(folder: Path, units: Units) -> tuple[Indexed, tuple[Question, ...]]:
    """The whole collection to search in, and the questions that may be reported."""
    collection = read_collection(folder)
    asked = half(collection, first=False) if collection.name == HALVED else collection
    return indexed(collection, units), asked.questions


def library_of(settings: Settings, own: Indexed, units: str, embedder: Embedder, progress: Progress) -> Library:
    """The collection's library, kept among the evaluations for the next time."""
    name = f"{own.collection.name}-{units}-{embedder.fingerprint}"
    library = Library.local(settings.data / EVALUATIONS / name, embedder, progress=progress)
    library.add(own.documents.values(), progress=progress)
    library.checkpoint()
    return library


def _parts(
    answerer: Answerer, own: Indexed, questions: Sequence[Question], folder: Path, progress: Progress
) -> dict[str, Any]:
    outcomes = run(answerer, questions, own, progress=progress)
    found = {"ranking": ranking(outcomes), "evidence": evidence(outcomes), "speed": speed(outcomes)}
    parts = {name: asdict(part) if part else None for name, part in found.items()}
    if own.collection.name == HALVED:
        answered = [outcome for outcome in outcomes if outcome.answerable]
        asked = Indexed(replace(own.collection, questions=tuple(questions)), own.documents, own.by_source)
        absent = run_left_out(answerer, asked, progress=progress)
        claims = run_absent(answerer, read_collection(folder / "scifact").questions, progress=progress)
        parts["deceiving"] = _abstention(outcomes, answerer)
        parts["left_out"] = _abstention([*answered, *absent], answerer)
        parts["foreign"] = _abstention([*answered, *claims], answerer)
        given = evidence(run_given(answerer, questions, own, progress=progress))
        parts["given"] = asdict(given) if given else None
    return parts


def _abstention(outcomes: Sequence[Outcome], answerer: Answerer) -> dict[str, Any] | None:
    found = abstention(outcomes, fitted(read=answerer.reader is not None).threshold)
    return asdict(found) if found else None
