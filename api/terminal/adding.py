"""Files added from the command line, with a table of what became of each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.terminal.local import open_local
from api.terminal.progress import progress_bars
from api.terminal.rendering import visible
from index.adding import BATCH_CHARACTERS, Outcome, Status, add_files
from index.library import Library
from index.metadata import Metadata
from index.walking import Found, files_in

STYLES: dict[Status, str] = {
    "added": "green",
    "unchanged": "dim",
    "replaced": "yellow",
    "skipped": "dim",
    "failed": "bold red",
}


def add_paths(
    paths: Sequence[Path], *, glob: str, metadata: Metadata, workers: str, out: Console, err: Console
) -> bool:
    """Add what ``paths`` name to the local library, and show what became of it; whether a file failed.

    ``metadata`` are said of all documents, before what their files say of themselves. ``workers`` is the address of
    a Ray cluster that embeds, '' for this machine.

    Raises:
        PinciteError: a path names nothing, or the library cannot be written.
    """
    files = found_in(paths, glob)
    library = open_local(err)
    try:
        with progress_bars(err) as progress, _adding(library, workers) as (adding, room):
            outcomes = list(add_files(adding, files, metadata=metadata, progress=progress, batch_characters=room))
    finally:
        library.close()
    return closed(outcomes, out=out, err=err)


@contextmanager
def _adding(library: Library, workers: str) -> Iterator[tuple[Library, int]]:
    """The library to add to, and how many characters are to be stored together there."""
    if not workers:
        yield library, BATCH_CHARACTERS
        return
    from index.scattered import Scattered

    with library.engine.reading() as search:
        embedder = search.embedder
    with Scattered(workers, embedder) as scattered:
        yield Library(library.engine, preparing=scattered), BATCH_CHARACTERS * scattered.cores


def found_in(paths: Sequence[Path], glob: str) -> Sequence[Found]:
    """The files that ``paths`` name, at least one."""
    files = [found for path in paths for found in files_in(path, glob=glob)]
    if not files:
        raise typer.BadParameter("there are no files there", param_hint="'PATH…'")
    return files


def closed(outcomes: Sequence[Outcome], *, out: Console, err: Console) -> bool:
    """Show what became of the files, and the sums; whether one failed."""
    _show(out, outcomes)
    statuses = [outcome.status for outcome in outcomes]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in STYLES)
    err.print(counts, highlight=False)
    return "failed" in statuses


def _show(console: Console, outcomes: Sequence[Outcome]) -> None:
    """One line a file; plain columns where the output is piped."""
    if not console.is_terminal:
        for one in outcomes:
            print(plain_line(one))
        return
    table = Table("", "document", "file", "", box=None, header_style="bold", pad_edge=False)
    for one in outcomes:
        cells = (_documents(one), line_of(one.found.source), line_of(one.why))
        table.add_row(Text(one.status, style=STYLES[one.status]), *map(Text, cells))
    console.print(table)


def plain_line(one: Outcome) -> str:
    """What became of a file, on one line in columns."""
    if one.status in {"skipped", "failed"}:
        return f"{one.status:9}  {line_of(one.why)}"
    why = f"  ({line_of(one.why)})" if one.why else ""
    return f"{one.status:9}  {_documents(one)}  {line_of(one.found.source)}{why}"


def _documents(outcome: Outcome) -> str:
    """The document's id, or how many there are."""
    ids = outcome.documents
    return ids[0] if len(ids) == 1 else f"{len(ids)} documents" if ids else ""


def line_of(text: str) -> str:
    """``text`` on one line, with nothing in it that a terminal would obey."""
    return visible(text.encode("utf-8", "replace").decode()).replace("\n", "\N{REPLACEMENT CHARACTER}")
