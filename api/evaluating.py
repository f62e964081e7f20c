"""Evaluation for the terminal."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.progress import progress_bars
from index.library import Library
from qa.answering import Answerer
from qa.evaluation import evaluate, read_questions


def evaluate_file(console: Console, library: Library, questions: Path, *, as_json: bool) -> None:
    """Ask ``library`` the questions of a file, and print the measures as a table or as JSON."""
    with progress_bars(Console(stderr=True)) as progress:
        report = asdict(evaluate(Answerer(library), read_questions(questions), progress=progress))
    if as_json:
        console.out(json.dumps(report, indent=2), highlight=False)
        return
    table = Table("measure", "value", box=None, header_style="bold", pad_edge=False)
    for name, value in report.items():
        table.add_row(name, str(value) if isinstance(value, int) else f"{value:.3f}")
    console.print(table)
