"""The memory of the service over time."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

from benchmarks.service.process import Server

EVERY_SECONDS = 1.0
TOLD_EVERY = 30
Memory = list[tuple[float, float]]
"""Seconds since the watching began, and megabytes."""


@contextlib.asynccontextmanager
async def watched(server: Server, *, told: Callable[[], str] = str) -> AsyncIterator[Memory]:
    """Samples, one a second, as long as it is open, the first at once; twice a minute ``told`` is printed."""
    begin = time.perf_counter()
    samples: Memory = [(0.0, round(server.rss_mb(), 1))]

    async def watch() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            samples.append((round(time.perf_counter() - begin, 1), round(server.rss_mb(), 1)))
            if len(samples) % TOLD_EVERY == 0:
                print(f"{samples[-1][0]:.0f} s: {samples[-1][1]} MB {told()}", flush=True)

    watching = asyncio.create_task(watch())
    try:
        yield samples
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
