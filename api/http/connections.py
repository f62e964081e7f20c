"""Connections that are closed where a client keeps them waiting too long."""

import asyncio
import socket
import struct
import sys
from typing import Any, ClassVar

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from api.http.malformed import answer_to_malformed, as_events

if sys.platform != "win32":
    import resource

CONNECTIONS = 65_536
AT_ONCE = struct.pack("ii", 1, 0)


class Connection(H11Protocol):
    """Closes itself where no whole head of a request came in time, or where an answer is not taken.

    uvicorn ends a connection that is silent after an answer. It waits for ever for the first request, for a head or
    the rest of an answered body of which a byte comes now and then, and for a client that does not read, for whose
    sake the answer stays in memory.
    """

    patience_seconds: ClassVar[float]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Handle what came, and wait for what is missing of a head."""
        super().data_received(data)
        self._watch_head()

    def send_400_response(self, msg: str) -> None:
        """Answer with a problem, as everything else that goes wrong is answered, and end the connection."""
        for event in as_events(answer_to_malformed(msg)):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        """The client does not read as fast as the answer is written."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.patience_seconds, self._end)

    def resume_writing(self) -> None:
        """It has read on."""
        super().resume_writing()
        _stop(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        _stop(self._head)
        _stop(self._taking)
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        """Wait for a head unless a request is in hand; the rest of a body that was answered early is none."""
        if self.cycle is not None and not self.cycle.response_complete:
            _stop(self._head)
            self._head = None
        elif self._head is None:
            self._head = self.loop.call_later(self.patience_seconds, self._end)

    def _end(self) -> None:
        """Reset it: a close would wait for the client to take what is left, in this process or in the system."""
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()


def connections(patience_seconds: float) -> type[Connection]:
    """The connections of a server that waits that long for a head, or for an answer to be taken."""
    return type("PatientConnection", (Connection,), {"patience_seconds": patience_seconds})


def allow_many() -> None:
    """Let this process have thousands of open connections, where the system allows it; each is a file to it."""
    if sys.platform == "win32":
        return
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most)
    if few != resource.RLIM_INFINITY and few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()
