"""The server process: a port, the application on it, and an orderly end."""

import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn

from api import logs
from api.http.app import create_app
from api.http.connections import allow_many, connections
from api.http.heaps import share_heaps
from api.settings import Settings
from index.errors import PinciteError

GRACE_SECONDS = 10
SWITCH_SECONDS = 0.0005
"""After which a thread gives the interpreter to another: with Python's 5 ms, refusals keep those at work waiting.

At four times its capacity the service answers .77 of that with 5 ms, .83 with 1, .92 with .5.
"""
logger = logging.getLogger(__name__)


class PortTaken(PinciteError):
    """The address cannot be listened on."""


def serve(settings: Settings) -> None:
    """Answer HTTP until SIGTERM or SIGINT, then finish the requests in hand.

    Raises:
        PortTaken: something else listens there, or the address is not this machine's.
        PinciteError: the library could not be opened.
    """
    logs.configure(settings.log_format)
    sys.setswitchinterval(SWITCH_SECONDS)
    share_heaps()  # before there are threads
    failures: list[PinciteError] = []

    def fail(error: PinciteError) -> None:
        failures.append(error)
        server.should_exit = True

    listener = listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    logger.info("listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    app = create_app(settings, on_failure=fail)
    allow_many()
    config = uvicorn.Config(
        app,
        http=connections(settings.client_timeout_seconds),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    signal.signal(
        signal.SIGTERM, _ended
    )  # uvicorn raises the signal again once it is done: then, the end is orderly
    with listener:
        server.run(sockets=[listener])
    if failures:
        raise failures[0]


def _ended(_: int, __: FrameType | None) -> None:
    """Exit with status 0."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        PortTaken: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once only on sockets that say they are TCP: the others lose 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"cannot listen on {host} port {port} ({error.strerror})",
            remedy="stop what listens there, or name another with --port or PINCITE_PORT",
        ) from error
    return listener
