"""The application: where settings, service, routes and errors are put together."""

import importlib.metadata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from api.access.keyring import Keyring
from api.http import errors
from api.http.citations import citations
from api.http.described import DescribedApp
from api.http.documents import documents
from api.http.gate import Gate, warn_if_open
from api.http.head import HeadAsGet
from api.http.health import health
from api.http.metrics import Metrics
from api.http.monitoring import monitoring
from api.http.observing import Observed
from api.http.questions import questions
from api.http.service import Opener, Service
from api.opening import open_answerer
from api.settings import Settings
from index.errors import PinciteError

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
        PinciteError: the file of the API keys cannot be used.
    """
    keyring, metrics = Keyring(settings), Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warn_if_open(keyring, settings.host)
        app.state.service.start()
        yield
        await run_in_threadpool(app.state.service.stop)

    app = DescribedApp(
        title="Pincite",
        version=importlib.metadata.version("pincite"),
        description=DESCRIPTION,
        lifespan=lifespan,
        middleware=_stack(settings, keyring, metrics),
    )
    service = Service(settings, opener or partial(open_answerer, stages=metrics.stage), on_failure)
    metrics.watch(lambda: service.library)
    app.state.service, app.state.metrics = service, metrics
    for router in (health, monitoring, questions, documents, citations):
        app.include_router(router)
    errors.install(app)
    return app


def _stack(settings: Settings, keyring: Keyring, metrics: Metrics) -> list[Middleware]:
    """What every request goes through before the routes, outermost first."""
    return [
        Middleware(HeadAsGet),  # outermost, so that what the others answer has no body either
        Middleware(Observed, metrics=metrics),  # whatever becomes of a request, it is counted
        Middleware(Gate, keyring=keyring, host=settings.host),  # before anything of a body is read
    ]
