"""The gate before every route, where a request shows its key."""

import logging

from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.access.keyring import Keyring
from api.access.permission import Asked, permit
from api.access.policy import is_loopback
from api.http.errors import answer_to
from index.errors import PinciteError

logger = logging.getLogger(__name__)


class Gate:
    """Passes on what may pass; ``host`` is the address that the service listens on.

    It stands before the router, so that no route can be without it.
    """

    def __init__(self, app: ASGIApp, *, keyring: Keyring, host: str) -> None:
        self._app = app
        self._keyring = keyring
        self._local = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the problem."""
        if scope["type"] == "http":
            try:
                key = permit(_asked(scope), self._keyring.keys, local=self._local)
            except PinciteError as error:
                await answer_to(error)(scope, receive, send)
                return
            if key:
                scope.setdefault("state", {})["key_id"] = key.id
                bind_contextvars(key=key.id)
        elif (
            scope["type"] != "lifespan"
        ):  # a websocket; no route is one, and the day one is, its key must be thought of
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)


def warn_if_open(keyring: Keyring, host: str) -> None:
    """Say in the log that others than this machine may read."""
    if keyring.keys is None and not is_loopback(host):
        logger.warning(
            "there are no API keys: whoever reaches %s can ask and read the documents, and nobody can change them; "
            "make a key with 'pincite keys new'",
            host,
        )


def _asked(scope: Scope) -> Asked:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return Asked(scope["method"], scope["path"], headers)
