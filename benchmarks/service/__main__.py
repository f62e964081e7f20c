"""Measure the service, a real process on this machine, which should have nothing else to do.

``python -m benchmarks.service overload`` (about three minutes) and ``python -m benchmarks.service soak`` (about 22)
write ``overload.json`` and ``soak.json``; ``python -m benchmarks.service.report`` then writes the table in
docs/OPERATIONS.md and the plots.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.machine import machine, versions
from benchmarks.service.overload import overload
from benchmarks.service.process import Server, serving
from benchmarks.service.soak import soak

FOLDER = Path(__file__).parent
CLIENTS = ("aiohttp", "uvicorn", "fastapi")
cli = typer.Typer(help=__doc__, add_completion=False)
Out = Annotated[Path, typer.Option(help="Where the result is written.")]


@cli.command("overload")
def run_overload(
    seconds: Annotated[float, typer.Option(min=5, help="How long the overload lasts.")] = 60,
    out: Out = FOLDER / "overload.json",
) -> None:
    """Four times the capacity, at a constant rate."""
    _measure(lambda server: overload(server, seconds), out)


@cli.command("soak")
def run_soak(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long the work lasts.")] = 20,
    out: Out = FOLDER / "soak.json",
) -> None:
    """Half the capacity of mixed work, every citation checked."""
    _measure(lambda server: soak(server, 60 * minutes), out)


def _measure(measurement: Callable[[Server], Awaitable[dict[str, Any]]], out: Path) -> None:
    async def measured(server: Server) -> dict[str, Any]:
        return await measurement(server)

    with serving() as server:
        found = asyncio.run(measured(server))
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": {**versions(), **{package: version(package) for package in CLIENTS}},
        "placement": "the client runs on the same cores as the service, neither bound to any",
        **found,
    }
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for one in result["criteria"]:
        verdict = "pass" if one["passed"] else "FAIL"
        print(f"{verdict}  {one['name']}: {one['measured']} {one['unit']}, {one['bound']} {one['limit']}")
    print(out)
    raise typer.Exit(0 if all(one["passed"] for one in result["criteria"]) else 1)


if __name__ == "__main__":
    cli()
