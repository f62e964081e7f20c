"""The commands that make, list and revoke API keys."""

from typing import Annotated, Literal

import typer
from rich.console import Console

keys = typer.Typer(no_args_is_help=True, help="Make, list and revoke the API keys of the service.")
out, err = Console(), Console(stderr=True)


@keys.command()
def new(
    role: Annotated[
        Literal["read", "write"], typer.Option(help="What it allows: reading, or changing the documents too.")
    ] = "read",
    name: Annotated[str, typer.Option(metavar="NAME", help="What it is called in the list and in the log.")] = "",
) -> None:
    """Make an API key, and print it: this once, since only its hash is kept.

    A running service takes it at once. As soon as there is a key, whatever is asked over HTTP needs one.
    """
    import datetime

    from api.access.keyfile import add, path_of
    from api.access.keys import make
    from api.settings import load_settings

    path = path_of(load_settings())
    secret, key = make(name or role, role, created=datetime.datetime.now(datetime.UTC).replace(microsecond=0))
    add(path, key)
    typer.echo(secret)
    err.print(f"key {key.id} ({role}), kept as a hash in {path}", highlight=False, markup=False, soft_wrap=True)


@keys.command("list")
def list_keys() -> None:
    """List the API keys: their ids, roles, dates and names."""
    from api.access.keyfile import path_of, read
    from api.settings import load_settings
    from api.terminal.rendering import show_keys

    show_keys(out, read(path_of(load_settings())))


@keys.command()
def revoke(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="As 'pincite keys list' shows them.")],
) -> None:
    """Revoke API keys: a running service refuses them from the next request on."""
    from api.access.keyfile import path_of
    from api.access.keyfile import revoke as forget
    from api.settings import load_settings

    path = path_of(load_settings())
    left = forget(path, ids)
    if not left:
        line = f"no key is left, and the service refuses everybody; remove {path} and restart it to go without keys"
        err.print(line, highlight=False, markup=False, soft_wrap=True)
