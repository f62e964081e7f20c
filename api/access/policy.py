"""What a request needs, by its method and path: the one place that decides."""

import ipaddress
from typing import Literal

from api.access.keys import Role

Need = Literal["nothing"] | Role
OPEN = frozenset({"/", "/favicon.ico", "/healthz", "/readyz"})
PAGE = "/page/"
"""What the page at / is made of: it must load to ask for a key, and holds nothing secret."""
ASKING = frozenset({"/v1/ask", "/v1/search", "/v1/verify"})
MCP = "/mcp"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def need_of(method: str, path: str) -> Need:
    """The role that a key must have; whatever is not known to be reading is writing."""
    if method in SAFE:
        return "nothing" if path in OPEN or path.startswith(PAGE) else "read"
    asks = method == "POST" and path in ASKING
    session = method in ("POST", "DELETE") and path == MCP  # DELETE ends a session, and nothing else
    return "read" if asks or session else "write"


def is_question(method: str, path: str) -> bool:
    """Whether it is answered with work of the models: such requests are worked on only a few at a time."""
    return path in ASKING if method == "GET" else method == "POST" and (path in ASKING or path == MCP)


def is_loopback(host: str) -> bool:
    """Whether only this machine can mean ``host``, a name or an address without port and brackets."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
