"""The commands that see to it that what was kept still holds."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from api.verification import KeptCitation, VerifyResponse

keeping = typer.Typer()
out, err = Console(), Console(stderr=True)
HOLDS, DOES_NOT = 0, 1
STANDARD_INPUT = Path("-")


@keeping.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A citation, or what 'ask --json' printed; - reads standard input."),
    ] = STANDARD_INPUT,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Ask the service running there, not the local library.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as the HTTP interface does.")] = False,
) -> int:
    """Say whether a citation still stands, where its words have moved to, or that they are gone.

    The status is 0 where it is verified, 1 where it has moved or is gone, 2 on an error.
    """
    from api.verdicts import show_verdict
    from api.verification import kept_citation

    citation = kept_citation(sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes())
    verdict = _verified_there(url, citation) if url else _verified_here(citation)
    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
    else:
        show_verdict(out, verdict)
    return HOLDS if verdict.verdict == "verified" else DOES_NOT


def _verified_there(url: str, citation: "KeptCitation") -> "VerifyResponse":
    from api.client import Client

    with Client(url) as client:
        return client.verify(citation)


def _verified_here(citation: "KeptCitation") -> "VerifyResponse":
    from api.local import open_local
    from api.verification import VerifyResponse
    from qa.verifying import verify as verified

    library = open_local(err)
    try:
        return VerifyResponse.of(verified(citation.citation(), library))
    finally:
        library.close()
