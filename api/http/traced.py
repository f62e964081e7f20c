"""Every request as a span, where a collector of traces is named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.http.observing import METHODS, NEITHER, QUIET
from index.errors import PinciteError
from qa.stages import Stage, Stages

if TYPE_CHECKING:
    from api.tracing import Tracing

COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""OpenTelemetry's own variables; one of them switches tracing on."""


class NoTracing(PinciteError):
    """A collector is named, and what sends to it is not installed."""


def tracing() -> "Tracing | None":
    """What sends spans, None where no collector is named; nothing of OpenTelemetry is imported then.

    Raises:
        NoTracing: it is not installed.
    """
    named = next((name for name in COLLECTORS if os.environ.get(name)), None)
    if not named:
        return None
    try:
        from api.tracing import Tracing
    except ImportError as error:
        raise NoTracing(
            f"{named} is set, and what sends traces is not installed",
            remedy=f"pip install 'pincite[otel]', or unset {named}",
        ) from error
    return Tracing()


def both(measured: Stages, sent: Stages) -> Stages:
    """Each stage measured, and sent as a span."""

    @contextmanager
    def stage(stage: Stage) -> Iterator[None]:
        with measured(stage), sent(stage):
            yield

    return stage


class Traced:
    """Makes a span of each request but those that are asked every few seconds; the log says its trace's id."""

    def __init__(self, app: ASGIApp, tracing: "Tracing") -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note what came of it."""
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else NEITHER
        with self._tracing.request(method, Headers(scope=scope)) as span:
            bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")

            async def send_noting_status(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, send_noting_status)
            finally:
                route = getattr(scope.get("route"), "path", NEITHER)
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
