"""The tools over HTTP, each request by itself: there is nothing to remember between two."""

from collections.abc import Callable

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from api.mcp.server import assistant_server
from api.mcp.tools import Desk
from index.errors import PinciteError


def sessions(desk: Callable[[], Desk], *, said: Callable[[PinciteError], str]) -> StreamableHTTPSessionManager:
    """What handles the requests while it runs; who may send them is decided before, as for every route."""
    return StreamableHTTPSessionManager(assistant_server(desk, said=said), json_response=True, stateless=True)
