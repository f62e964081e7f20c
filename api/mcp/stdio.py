"""The process that an assistant starts: the tools over its standard input and output."""

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import anyio
from mcp.server.stdio import stdio_server

from api.mcp.server import assistant_server
from api.mcp.tools import Desk
from api.opening import open_answerer
from api.settings import Settings


def serve_stdio(settings: Settings) -> None:
    """Answer until standard input ends.

    The library is opened behind the first messages: an assistant gives up on a server that is silent for long, and
    the first use may compile a model. Where it cannot be opened, each call says why.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the thread that reads would wait for a line before it ends
    with ThreadPoolExecutor(1, thread_name_prefix="open-library") as executor:
        opening = executor.submit(open_answerer, settings)
        anyio.run(_serve, lambda: Desk(opening.result(), settings.min_confidence))
        if opening.exception() is None:
            opening.result().library.close()


async def _serve(desk: Callable[[], Desk]) -> None:
    server = assistant_server(desk)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
