"""Sees every request pass: counts it, times it, and writes a line about it."""

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.metrics import Metrics

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NEITHER: Final = "other"
"""The method or route of requests whose own is not one of the service's: there are as many as clients like."""
GONE: Final = 499
"""The status of what was answered with nothing, for the client had gone; nginx writes it so too."""
QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that are asked every few seconds: counted, never logged."""
logger = structlog.get_logger(__name__)


class Observed:
    """Observes what goes through it and changes nothing."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; one that raises counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
            status = status or GONE
        finally:
            self._observed(scope, status or 500, time.perf_counter() - begin)

    def _observed(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else NEITHER
        route = getattr(scope.get("route"), "path", NEITHER)
        self._metrics.requested(method, route, status, seconds)
        if route not in QUIET:
            logger.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
