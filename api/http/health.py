"""The routes that say how the service is; async, so that they wait for no thread."""

from fastapi import APIRouter, Request

from api.http.dependencies import RESPONSES, Ready

health = APIRouter(tags=["health"])


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive; nothing else is touched."""
    return {"status": "alive"}


@health.get("/readyz", responses={503: RESPONSES[503]})
async def readyz(answerer: Ready) -> dict[str, str]:
    """The model and the index are loaded: the next question is answered at full speed."""
    return {"status": "ready", "index_version": answerer.library.version}


@health.get("/version")
async def version(request: Request) -> dict[str, str]:
    """Which version of Pincite answers."""
    return {"version": str(request.app.version)}
