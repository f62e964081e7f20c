"""How large a body may be."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer_to_http

MEGABYTE = 1_000_000
QUESTION_BYTES = MEGABYTE
"""A question has at most 2,000 characters, and may name a thousand documents."""
DOCUMENTS = "/v1/documents"


class BodyTooLarge(HTTPException):
    """A body is beyond its limit; of Starlette's kind, which FastAPI lets through while it reads a body."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(413, f"the body is larger than {limit_bytes / MEGABYTE:g} MB")


class BodyLimit:
    """Refuses a body that is too large: unread where its length is announced, else once it is too long.

    It is refused where the application reads it, so that the answer is a problem as any other.
    """

    def __init__(self, app: ASGIApp, *, document_mb: float) -> None:
        self._app = app
        self._document_bytes = int(document_mb * MEGABYTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, counting the bytes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_bytes(scope)
        announced = dict(scope["headers"]).get(b"content-length", b"")
        left = limit - int(announced) if announced.isdigit() else 0
        left = left if left < 0 else limit

        async def counted() -> Message:
            nonlocal left
            message: Message = {} if left < 0 else await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLarge(limit)
            return message

        try:
            await self._app(scope, counted, send)
        except BodyTooLarge as error:  # where a body is read before the routes, whose errors are answered there
            await answer_to_http(error)(scope, receive, send)

    def _limit_bytes(self, scope: Scope) -> int:
        changes = scope["method"] in {"POST", "PUT"} and str(scope["path"]).startswith(DOCUMENTS)
        return self._document_bytes if changes else QUESTION_BYTES
