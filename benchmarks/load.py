"""Clients that ask a service over HTTP as fast as it answers, and cost its machine as little as they can."""

import json
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_SECONDS = 60
_END = b"\r\n\r\n"


class Refused(Exception):
    """The service answered with another status than 200, or not at all."""


@dataclass(frozen=True, slots=True)
class Load:
    """How long each question took, in ms, and all of them together, in seconds."""

    milliseconds: tuple[float, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Questions a second."""
        return len(self.milliseconds) / self.seconds


def posted(path: str, body: object) -> bytes:
    """A POST with a JSON body, as it is sent."""
    content = json.dumps(body).encode()
    return _head("POST", path, f"content-type: application/json\r\ncontent-length: {len(content)}\r\n") + content


def got(path: str) -> bytes:
    """A GET, as it is sent."""
    return _head("GET", path, "")


def load(port: int, requests: Sequence[bytes], *, clients: int = 1) -> Load:
    """Send every request once, each client its share one after the other over one connection of its own.

    Raises:
        Refused: one was not answered with 200.
    """
    took: list[list[float]] = [[] for _ in range(clients)]
    failures: list[Exception] = []
    begun = threading.Barrier(clients + 1)

    def ask(client: int) -> None:
        try:
            with _connected(port) as connection:
                begun.wait()
                for request in requests[client::clients]:
                    begin = time.perf_counter()
                    _exchange(connection, request)
                    took[client].append((time.perf_counter() - begin) * 1000)
        except (OSError, Refused, threading.BrokenBarrierError) as error:
            begun.abort()
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    try:
        begun.wait(TIMEOUT_SECONDS)
    except threading.BrokenBarrierError as error:
        failures.append(error)
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    if failures:
        raise Refused(str(failures[0])) from failures[0]
    return Load(tuple(one for client in took for one in client), seconds)


def answer(port: int, request: bytes) -> bytes:
    """The body of the one answer to ``request``, over a connection of its own.

    Raises:
        OSError, Refused: nobody answers, or not with 200.
    """
    with _connected(port) as connection:
        return _exchange(connection, request)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _exchange(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    received = b""
    while _END not in received:
        received += _more(connection)
    head, _, body = received.partition(_END)
    if not head.startswith(b"HTTP/1.1 200"):
        raise Refused(head.decode("latin-1"))
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if not lengths:
        raise Refused("an answer without content-length")
    parts, left = [body], int(lengths[0].partition(b":")[2]) - len(body)
    while left > 0:
        parts.append(_more(connection))
        left -= len(parts[-1])
    return b"".join(parts)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(262144)
    if not data:
        raise Refused("the connection was closed")
    return data


def _head(method: str, path: str, more: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n{more}\r\n".encode()
