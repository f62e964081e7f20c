"""Evaluation for the terminal: of the local library, or of a collection in a library of its own."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from api.opening import effort_of, open_embedder_of, open_reader_of
from api.settings import Settings
from index.library import Library
from index.progress import Progress
from qa.answering import Answerer
from qa.collections import Collection, read_collection, read_questions
from qa.confidence import fitted
from qa.evaluation import Outcome, Units, indexed, run, run_absent, run_left_out
from qa.measures import abstention, evidence, ranking, speed
from qa.reading.opening import OWN

EVALUATIONS = "evaluations"


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation measured; each part None where the labels do not allow it."""

    collection: str
    units: str
    documents: int
    passages: int
    questions: int
    index_version: str
    parts: dict[str, Any]


def evaluate_collection(
    settings: Settings,
    folder: Path,
    *,
    units: Units,
    left_out: bool = False,
    foreign: Path | None = None,
    limit: int | None = None,
    progress: Progress,
) -> Report:
    """Index a collection in a library of its own, kept for the next time, and ask its questions.

    ``left_out`` also asks every question of the library without its source, ``foreign`` another collection's
    questions: both should be refused. ``limit`` takes only every n-th question, so that about that many remain.
    """
    collection = _thinned(read_collection(folder), limit)
    own = indexed(collection, units)
    embedder = open_embedder_of(settings, progress)
    library = Library.local(
        settings.data / EVALUATIONS / f"{collection.name}-{units}-{embedder.fingerprint}",
        embedder,
        progress=progress,
    )
    library.add(own.documents.values(), progress=progress)
    library.checkpoint()
    reader = open_reader_of(settings, progress)
    answerer = Answerer(library, reader, effort=effort_of(settings))
    outcomes = run(answerer, collection.questions, own, progress=progress)
    parts = {**_parts(outcomes), "abstention": _abstention(outcomes, settings)}
    answered = [outcome for outcome in outcomes if outcome.answerable]
    if left_out:
        absent = run_left_out(answerer, own, progress=progress)
        parts["abstention_left_out"] = _abstention([*answered, *absent], settings)
    if foreign:
        others = _thinned(read_collection(foreign), limit).questions
        parts["abstention_foreign"] = _abstention(
            [*answered, *run_absent(answerer, others, progress=progress)], settings
        )
    report = Report(collection.name, units, len(own.documents), len(library), len(outcomes), library.version, parts)
    library.close()
    return report


def evaluate_library(settings: Settings, answerer: Answerer, questions: Path, *, progress: Progress) -> Report:
    """Ask the library labelled questions about its only document."""
    library = answerer.library
    outcomes = run(answerer, read_questions(questions), None, progress=progress)
    parts = {**_parts(outcomes), "abstention": _abstention(outcomes, settings)}
    documents = library.summaries()
    return Report(questions.stem, "documents", len(documents), len(library), len(outcomes), library.version, parts)


def show_report(console: Console, report: Report, *, as_json: bool) -> None:
    """The report as JSON, or as a table without the curves."""
    if as_json:
        console.out(json.dumps(asdict(report), indent=2), highlight=False)
        return
    heading = f"{report.collection}: {report.questions} questions, {report.documents} documents, "
    console.print(heading + f"{report.passages} passages", highlight=False)
    table = Table("part", "measure", "value", box=None, header_style="bold", pad_edge=False)
    for part, measures in report.parts.items():
        for name, value in (measures or {}).items():
            if not isinstance(value, Sequence):
                table.add_row(part, name, str(value))
    console.print(table)


def _parts(outcomes: list[Outcome]) -> dict[str, Any]:
    found = {"ranking": ranking(outcomes), "evidence": evidence(outcomes), "speed": speed(outcomes)}
    return {name: asdict(part) if part else None for name, part in found.items()}


def _abstention(outcomes: list[Outcome], settings: Settings) -> dict[str, Any] | None:
    read = settings.reranker == OWN
    threshold = fitted(read=read).threshold if settings.min_confidence is None else settings.min_confidence
    found = abstention(outcomes, threshold)
    return asdict(found) if found else None


def _thinned(collection: Collection, limit: int | None) -> Collection:
    if not limit or limit >= len(collection.questions):
        return collection
    step = len(collection.questions) / limit
    kept = tuple(collection.questions[int(i * step)] for i in range(limit))
    return Collection(collection.name, collection.sources, kept)
