"""The options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer


def _path(given: str) -> Path:
    """A path; an empty one, as a shell makes of a variable that is not set, would mean the folder one is in."""
    if not given:
        raise typer.BadParameter("a path is empty; name a file or a folder, '.' for the one you are in")
    return Path(given)


Url = Annotated[
    str, typer.Option("--url", metavar="URL", help="Ask the service running there, not the local library.")
]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, or folders of them.", parser=_path)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the HTTP interface does.")]
