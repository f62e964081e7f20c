"""What every answer is marked with: which request it is to, and how a browser is to treat it."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
BROWSERS = {
    "X-Content-Type-Options": "nosniff",  # a document's text is text, whatever it looks like
    "Referrer-Policy": "no-referrer",  # an address can hold a question
}


class Marks:
    """Names the request in its answer and in every line of the log about it.

    A client's own id is taken over where it is fit to be in a header and a log. No cache keeps what was answered to
    a key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and mark what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clear_contextvars()  # of the request before, on the same connection
        bind_contextvars(request_id=_id(Headers(scope=scope).get(HEADER, "")))

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in marks().items():
                    headers.setdefault(name, value)  # a route may know better
                if scope.get("state", {}).get("key_id"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_marked)


def marks() -> dict[str, str]:
    """The headers of every answer to the request that is being answered."""
    return {HEADER: request_id(), **BROWSERS}


def request_id() -> str:
    """The name of the request that is being answered."""
    return str(get_contextvars().get("request_id", ""))


def _id(sent: str) -> str:
    return sent if SANE.fullmatch(sent) else secrets.token_hex(8)
