"""Long work as a stream of events: how far it is, then how it ended."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import Any

import anyio
from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from api.bodies.documents import DocumentResponse, ProgressBody
from api.http.errors import answer_to_any
from api.http.generating import EVENTS, UNBUFFERED, event
from index.progress import Progress

QUIET_SECONDS = 15.0
"""After so long without an event a comment is sent, so that nobody between takes the connection for dead."""
REPORTED: dict[str, Any] = {
    "description": "It was there already. Or, with 'Accept: text/event-stream', events: 'progress' before each "
    "document and behind the last, then what would be the answer's body, as 'added' where one was new, else as "
    "'unchanged', or a problem as 'failed'.",
    "content": {
        EVENTS: {
            "schema": {"type": "string"},
            "example": 'event: progress\ndata: {"stage": "Embedding passages", "done": 1, "total": 7}\n\n',
        }
    },
}
Work = Callable[[Progress], tuple[DocumentResponse, bool]]


def reported(work: Work, request: Request, held: AsyncExitStack) -> EventSourceResponse:
    """Begin ``work`` in a thread, and tell how it goes; ``held`` is let go once it is done.

    It is not broken off where the client goes away: what is written is written as a whole.
    """
    events: asyncio.Queue[bytes | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def progress(stage: str, done: int, total: int) -> None:
        body = ProgressBody(stage=stage, done=done, total=total)
        loop.call_soon_threadsafe(events.put_nowait, event("progress", body))

    async def run() -> None:
        try:
            async with held:
                body, new = await run_in_threadpool(work, progress)
            events.put_nowait(event("added" if new else "unchanged", body))
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a problem
            problem = bytes(answer_to_any(request, error).body).decode()
            events.put_nowait(format_sse_event(event="failed", data_str=problem))
        events.put_nowait(None)

    return EventSourceResponse(_told(events, asyncio.create_task(run())), headers=UNBUFFERED)


async def _told(events: asyncio.Queue[bytes | None], running: asyncio.Task[None]) -> AsyncGenerator[bytes]:
    try:
        while True:
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    told = await events.get()
            except TimeoutError:
                yield b": still at work\n\n"
                continue
            if told is None:
                return
            yield told
    finally:
        with anyio.CancelScope(shield=True):  # the request lasts as long as its work: the end of the service waits
            await asyncio.wait({running})
