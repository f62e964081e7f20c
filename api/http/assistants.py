"""The route at which assistants call the tools, over streamable HTTP."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.bodies.answers import AskResponse
from api.http.dependencies import JSON_ONLY, RESPONSES
from api.http.errors import count, problem_of
from api.http.metrics import Metrics
from api.http.questions import tell
from api.http.service import Service
from api.mcp.tools import Desk
from index.errors import PinciteError

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

assistants = APIRouter(tags=["assistants"])
MESSAGE = {
    "type": "object",
    "title": "JSON-RPC message",
    "required": ["jsonrpc", "method"],
    "properties": {
        "jsonrpc": {"const": "2.0"},
        "method": {"type": "string"},
        "params": {"type": ["object", "null"]},
    },
}
BODY = {"required": True, "content": {"application/json": {"schema": MESSAGE}}}
_ERROR = {"content": {"application/json": {"schema": {"type": "object", "title": "JSON-RPC error"}}}}
_SAID: dict[int | str, dict[str, Any]] = {
    202: {"description": "A notification, to which nothing is said."},
    400: {**_ERROR, "description": "The body is no JSON-RPC message of the protocol."},
    404: {**_ERROR, "description": "There is no such method."},
    406: {**_ERROR, "description": "The request does not accept JSON."},
    413: RESPONSES[413],
    415: RESPONSES[415],
}


class Assistants:
    """The tools, from the first request that asks for them to ``stop``: nobody else waits for the SDK's import."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics
        self._lock = asyncio.Lock()
        self._end = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._sessions: StreamableHTTPSessionManager | None = None

    async def sessions(self) -> "StreamableHTTPSessionManager":
        """What handles the requests, running."""
        async with self._lock:
            if self._sessions is None:
                made = await run_in_threadpool(self._made)
                started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._running = asyncio.create_task(self._run(made, started))
                await started
                self._sessions = made
            return self._sessions

    async def stop(self) -> None:
        """End them, in the task that began them."""
        self._end.set()
        if self._running:
            await self._running

    def _made(self) -> "StreamableHTTPSessionManager":
        from api.mcp.sessions import sessions  # a second's work, which only who uses the tools waits for

        settings = self._service.settings

        def asked(answer: AskResponse) -> None:
            tell(answer, settings, self._metrics)

        return sessions(lambda: Desk(self._service.answerer, settings.min_confidence, asked), said=self._said)

    def _said(self, error: PinciteError) -> str:
        """What a problem would say; so nothing of the machine is told, and the log has what is not."""
        count(error, self._metrics)
        problem = problem_of(error)
        return f"{problem.detail}; {problem.remedy}"

    async def _run(self, made: "StreamableHTTPSessionManager", started: asyncio.Future[None]) -> None:
        async with made.run():
            started.set_result(None)
            await self._end.wait()


class _Handed(Response):
    """A response that the sessions write."""

    def __init__(self, sessions: "StreamableHTTPSessionManager") -> None:
        super().__init__()
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._sessions.handle_request(scope, receive, send)


def _of(request: Request) -> Assistants:
    found: Assistants = request.app.state.assistants
    return found


@assistants.post(
    "/mcp",
    dependencies=JSON_ONLY,
    openapi_extra={"requestBody": BODY},
    response_class=Response,
    responses=_SAID,
)
async def call(of: Annotated[Assistants, Depends(_of)]) -> Response:
    """The Model Context Protocol (streamable HTTP): ask, search, list and read documents, verify, as tools."""
    return _Handed(await of.sessions())
