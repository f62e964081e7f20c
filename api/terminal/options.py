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

Glob = Annotated[
    str, typer.Option(metavar="PATTERN", help="Of folders, only files with such names: '*.pdf', 'reports/*.md'.")
]
Said = Annotated[
    list[str] | None, typer.Option(metavar="NAME=VALUE", help="Say this of all that is added; repeatable.")
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Keep the library in step with them until Ctrl-C: removed files, too.")
]
SendTo = Annotated[str, typer.Option("--url", metavar="URL", help="Send them to the service running there.")]
Workers = Annotated[
    str,
    typer.Option(
        "--workers", metavar="ADDRESS", help="Embed on a Ray cluster, ray://HOST:10001; it is stored here."
    ),
]
