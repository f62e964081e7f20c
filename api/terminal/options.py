"""The options that several commands take."""

from typing import Annotated

import typer

Url = Annotated[
    str, typer.Option("--url", metavar="URL", help="Ask the service running there, not the local library.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the HTTP interface does.")]
