"""The application: where settings, service, routes and errors are put together."""

import importlib.metadata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from api.access.keyring import Keyring
from api.http import errors
from api.http.admission import Admission
from api.http.assistants import Assistants, assistants
from api.http.changes import changes
from api.http.citations import citations
from api.http.described import DescribedApp
from api.http.documents import documents
from api.http.explorer import explorer
from api.http.gate import Gate, warn_if_open
from api.http.head import HeadAsGet
from api.http.health import health
from api.http.limits import BodyLimit
from api.http.marks import Marks
from api.http.metrics import Metrics
from api.http.monitoring import monitoring
from api.http.observing import Observed
from api.http.pace import Pace
from api.http.page import page
from api.http.places import Limits, Places
from api.http.questions import questions
from api.http.rates import Rates
from api.http.service import Opener, Service
from api.http.throttle import Throttle
from api.http.traced import Traced, both, tracing
from api.opening import open_answerer
from api.settings import Settings
from index.errors import PinciteError
from index.sessions import available_cores

if TYPE_CHECKING:
    from api.tracing import Tracing

COMPRESSED_BYTES = 2000
COMPRESSION = 4  # a fifth of the time that 9 takes, for a fifth more bytes
DESCRIPTION = (
    "Answers questions from your documents with the exact sentences that answer them, each with a citation "
    "that anybody can check. Offsets are 0-based, end-exclusive Unicode code points. Errors are RFC 9457 problems."
)


def _raise(error: PinciteError) -> None:
    raise error


def create_app(
    settings: Settings,
    *,
    opener: Opener | None = None,
    on_failure: Callable[[PinciteError], None] = _raise,
) -> FastAPI:
    """The service for ``settings``; ``on_failure`` hears, in a thread, that the library cannot be opened.

    Raises:
        PinciteError: the file of the API keys cannot be used, or a collector of traces.
    """
    keyring, metrics, places, spans = Keyring(settings), Metrics(), _places(settings), tracing()
    stages = both(metrics.stage, spans.stage) if spans else metrics.stage

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warn_if_open(keyring, settings.host)
        app.state.service.start()
        app.state.assistants = Assistants(app.state.service, metrics)
        yield
        await app.state.assistants.stop()
        await run_in_threadpool(app.state.service.stop)
        if spans:
            await run_in_threadpool(spans.stop)

    app = DescribedApp(
        title="Pincite",
        version=importlib.metadata.version("pincite"),
        description=DESCRIPTION,
        docs_url=None,  # the explorer's; FastAPI's own pages fetch scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        middleware=_stack(settings, keyring, metrics, places, spans),
    )
    service = Service(settings, opener or partial(open_answerer, stages=stages), on_failure)
    metrics.watch(lambda: service.library)
    metrics.watch_questions(working=lambda: places.working, waiting=lambda: places.waiting)
    app.state.service, app.state.metrics, app.state.places = service, metrics, places
    for router in (health, monitoring, page, explorer, questions, documents, changes, citations, assistants):
        app.include_router(router)
    errors.install(app)
    return app


def _stack(
    settings: Settings, keyring: Keyring, metrics: Metrics, places: Places, spans: "Tracing | None"
) -> list[Middleware]:
    """What every request goes through before the routes, outermost first."""
    limit = settings.rate_limit_per_minute
    return [
        Middleware(HeadAsGet),  # outermost, so that what the others answer has no body either
        Middleware(Marks),  # around all that answers or writes to the log
        *([Middleware(Traced, tracing=spans)] if spans else []),  # the log's line says its trace
        Middleware(Observed, metrics=metrics),  # whatever becomes of a request, it is counted
        Middleware(GZipMiddleware, minimum_size=COMPRESSED_BYTES, compresslevel=COMPRESSION),
        Middleware(Gate, keyring=keyring, host=settings.host),  # before anything of a body is read
        *([Middleware(Throttle, rates=Rates(limit))] if limit else []),  # after it: a key has a rate of its own
        Middleware(BodyLimit, document_mb=settings.max_document_mb),  # around whatever reads a body, as the next
        Middleware(Pace, seconds=settings.body_timeout_seconds),
        Middleware(Admission, places=places),  # last: who has a place is at work
    ]


def _places(settings: Settings) -> Places:
    working = settings.max_concurrent_questions or available_cores()
    waiting = settings.max_waiting_questions
    return Places(Limits(working, 4 * working if waiting is None else waiting, settings.max_wait_ms))
