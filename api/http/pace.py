"""How fast a request's body must come."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer_to_http

BYTES_PER_SECOND = 10_000


class SlowBody(HTTPException):
    """A body that comes too slowly; an HTTPException, which FastAPI lets through where it reads a body."""

    def __init__(self) -> None:
        super().__init__(408, "the request's body came too slowly", {"Connection": "close"})


class Pace:
    """Ends a request that waits for its body over ``seconds``, and a second for each 10,000 bytes that came."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and receive in time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        left, complete = self._seconds, False

        async def receive_in_time() -> Message:
            nonlocal left, complete
            if complete:  # what comes now is only that the client went away
                return await receive()
            began = clock()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise SlowBody from None
            left += len(message.get("body", b"")) / BYTES_PER_SECOND - (clock() - began)
            complete = not message.get("more_body", False)
            return message

        try:
            await self._app(scope, receive_in_time, send)
        except SlowBody as error:  # where a body is read before the routes, whose errors are answered there
            await answer_to_http(error)(scope, receive, send)
