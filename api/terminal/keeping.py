"""The commands that see to it that what was kept still holds."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from api.terminal.options import AsJson, Url

if TYPE_CHECKING:
    from api.bodies.verification import KeptCitation, VerifyResponse

keeping = typer.Typer()
out, err = Console(), Console(stderr=True)
HOLDS, DOES_NOT = 0, 1
STANDARD_INPUT = Path("-")
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]


@keeping.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A citation, or what 'ask --json' printed; - reads standard input.",
            exists=True,
            dir_okay=False,
            allow_dash=True,
        ),
    ] = STANDARD_INPUT,
    url: Url = "",
    as_json: AsJson = False,
) -> int:
    """Say whether a citation still stands, where its words have moved to, or that they are gone.

    The status is 0 where it is verified, 1 where it has moved or is gone, 2 on an error.
    """
    from api.bodies.verification import kept_citation
    from api.terminal.verdicts import show_verdict

    citation = kept_citation(sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes())
    verdict = _verified_there(url, citation) if url else _verified_here(citation)
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
    else:
        show_verdict(out, verdict)
    return HOLDS if verdict.verdict == "verified" else DOES_NOT


@keeping.command()
def check() -> int:
    """Look at all that the library keeps, and name what is wrong; nothing is changed.

    Each document's hash, each passage's place, terms and vectors, the statistics, and whether the indexes agree.
    The status is 0 where the library is sound, 1 where something is wrong, 2 on an error.
    """
    from api.terminal.folder import folder_for
    from api.terminal.progress import progress_bars
    from index.checking import check as checked

    folder = folder_for("check")
    with progress_bars(err) as progress:
        report = checked(folder, progress=progress)
    for fault in report.faults:
        _say(f"wrong: {fault}")
    for note in report.notes:
        _say(f"note: {note}")
    verdict = f"faults: {len(report.faults)}" if report.faults else "the library is sound"
    _say(f"{report.documents} documents, {report.passages} passages; {verdict}")
    return DOES_NOT if report.faults else HOLDS


@keeping.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not be there yet.")],
    force: Force = False,
) -> None:
    """Write the whole library to FILE, while it is in use: all of it or nothing.

    Compiled models are not in it; they are made again where they are missing.
    """
    from api.terminal.folder import folder_for
    from api.terminal.progress import progress_bars
    from index.backup import back_up

    folder = folder_for("backup")
    with progress_bars(err) as progress:
        held = back_up(folder, file, force=force, progress=progress)
    _say(f"{file}: {held.documents} documents, {held.passages} passages")


@keeping.command()
def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What 'pincite backup' wrote.", exists=True, dir_okay=False)
    ],
    force: Force = False,
) -> None:
    """Make FILE the library again, once it was checked: all of it or nothing.

    A library that holds documents is replaced only with --force; what was added or removed since the backup is then
    as it was before. A running service goes on, with the restored documents.
    """
    from api.terminal.folder import folder_for
    from api.terminal.progress import progress_bars
    from index.backup import restore as restored

    folder = folder_for("restore")
    with progress_bars(err) as progress:
        held = restored(file, folder, force=force, progress=progress)
    _say(f"restored {held.documents} documents, {held.passages} passages")


@keeping.command()
def copy(
    to: Annotated[
        Literal["milvus", "local"],
        typer.Option(
            "--to", help="The server that PINCITE_MILVUS_URI names, or the folder that PINCITE_DATA does."
        ),
    ],
) -> None:
    """Copy the whole library from its folder to Milvus, or back: nothing is embedded anew.

    Documents, passages with their vectors, and which files they came from. Interrupted, the same command goes on;
    what was there is left, and a document of the same text becomes the one that is copied. Set PINCITE_ENGINE when
    it is done.
    """
    from api.opening import copy_library
    from api.settings import load_settings
    from api.terminal.progress import progress_bars

    with progress_bars(err) as progress:
        made = copy_library(load_settings(), to, progress=progress)
    _say(f"{made.documents} documents copied, {made.passages} passages; {made.unchanged} were there already")


def _say(line: str) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=True)


def _verified_there(url: str, citation: "KeptCitation") -> "VerifyResponse":
    from api.terminal.remote import open_remote

    with open_remote(url) as client:
        return client.verify(citation)


def _verified_here(citation: "KeptCitation") -> "VerifyResponse":
    from api.bodies.verification import VerifyResponse
    from api.terminal.local import open_local
    from qa.verifying import verify as verified

    library = open_local(err)
    try:
        return VerifyResponse.of(verified(citation.citation(), library))
    finally:
        library.close()
