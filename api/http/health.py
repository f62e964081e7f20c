"""The routes that say how the service is; async, so that they wait for no thread that answers questions."""

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request

from api.http.dependencies import RESPONSES, Ready

PROBES = CapacityLimiter(4)
"""Threads for those who ask whether it is ready: an engine that does not answer holds each for some seconds."""
health = APIRouter(tags=["health"])


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive; nothing else is touched."""
    return {"status": "alive"}


@health.get("/readyz", responses={503: RESPONSES[503]})
async def readyz(answerer: Ready) -> dict[str, str]:
    """The model and the index are loaded: the next question is answered at full speed.

    Not while a server that keeps the library cannot be reached; asked again, it says so as soon as that is back.
    """
    version = await to_thread.run_sync(lambda: answerer.library.version, limiter=PROBES)
    return {"status": "ready", "index_version": version}


@health.get("/version")
async def version(request: Request) -> dict[str, str]:
    """Which version of Pincite answers."""
    return {"version": str(request.app.version)}
