"""Several questions in one request, beside those of others."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

from anyio import from_thread
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.batches import all_answered
from api.bodies.answers import AnswersResponse
from api.bodies.questions import AskManyRequest
from api.http.admission import GIVE_WAY, until_gone
from api.http.throttle import CHARGE
from api.settings import Settings
from qa.answering import Answerer


async def all_asked(
    body: AskManyRequest, answerer: Answerer, settings: Settings, request: Request
) -> AnswersResponse:
    """The answers; each question counts in the client's rate, and after each those who wait go first.

    Raises:
        ClientDisconnect: the client went away; the question in hand was answered, and no further one.
        TooManyRequests: the client may not ask so many.
    """
    charge = getattr(request.state, CHARGE, None)
    if charge and len(body.questions) > 1:
        charge(len(body.questions) - 1)  # the request itself was counted
    give_way = getattr(request.state, GIVE_WAY)
    async with _watched(request) as gone:

        def between() -> None:
            if not gone.is_set():
                from_thread.run(give_way)
            if gone.is_set():
                raise ClientDisconnect

        answers = await run_in_threadpool(
            all_answered,
            answerer,
            body,
            default_confidence=settings.min_confidence,
            budget_ms=settings.batch_read_budget_ms,
            between=between,
        )
    return AnswersResponse(answers=answers)


@contextlib.asynccontextmanager
async def _watched(request: Request) -> AsyncIterator[threading.Event]:
    """Set once the client has gone away, and at the end."""
    gone = threading.Event()
    watching = asyncio.ensure_future(until_gone(request.receive))
    watching.add_done_callback(lambda _: gone.set())
    try:
        yield gone
    finally:
        watching.cancel()
        gone.set()
