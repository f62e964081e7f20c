"""The real server process, and clients that idle, trickle, do not read, or go away."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from api.settings import Settings
from test_server import QUESTION, running

BODY = b'{"question": "who took responsibility?"}'
HEAD = (
    b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n"
)
TEXT = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE_SECONDS = 1.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slow")


@pytest.fixture(scope="module")
def server(settings: Settings, folder: Path) -> Iterator[str]:
    limits = {"CLIENT_TIMEOUT_SECONDS": PATIENCE_SECONDS, "BODY_TIMEOUT_SECONDS": PATIENCE_SECONDS}
    waiting = {"MAX_CONCURRENT_QUESTIONS": 2, "MAX_WAITING_QUESTIONS": 100, "MAX_WAIT_MS": 60_000}
    set_ = {f"PINCITE_{name}": str(value) for name, value in {**limits, **waiting}.items()}
    with running(folder, settings.model, **set_) as url:
        yield url


def connected(url: str) -> socket.socket:
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    return socket.create_connection((address.hostname, address.port), timeout=30)


def require_answer(url: str) -> None:
    assert httpx2.post(f"{url}/v1/ask", json={"question": QUESTION}).json()["answerable"] is True


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def trickled(connection: socket.socket, content: bytes) -> bytes:
    """What comes back where ``content`` is sent byte by byte, ten a second, until there is something."""
    for byte in content:
        if select.select([connection], [], [], 0.1)[0]:
            break
        connection.send(bytes([byte]))
    return everything(connection)


def send_slowly(connection: socket.socket, content: bytes) -> None:
    """Send ``content`` byte by byte, twenty a second."""
    for byte in content:
        time.sleep(0.05)
        connection.send(bytes([byte]))


def test_a_head_that_trickles_in_is_not_waited_for(server: str) -> None:
    with closing(connected(server)) as connection:
        assert trickled(connection, HEAD) == b""
    require_answer(server)


def test_a_second_head_that_trickles_in_is_not_waited_for(server: str) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(HEAD + BODY)
        answer = connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200")
        while select.select([connection], [], [], 0.2)[0]:
            assert connection.recv(65_536)
        assert trickled(connection, HEAD) == b""


def test_a_body_that_trickles_in_after_its_answer_is_not_waited_for(server: str) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404")
        with pytest.raises(ConnectionError):
            send_slowly(connection, b"x" * 299)


def test_a_body_that_trickles_in_is_a_problem_and_the_end(server: str) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(HEAD)
        answer = trickled(connection, BODY)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"\r\nconnection: close\r\n" in answer.lower()
    assert b'"detail": "the request\'s body came too slowly"' in answer
    require_answer(server)


def test_a_thousand_idle_connections_leave_room_for_questions_and_are_ended(server: str) -> None:
    with ExitStack() as open_:
        idle = [open_.enter_context(closing(connected(server))) for _ in range(1000)]
        require_answer(server)
        assert [everything(connection) for connection in idle] == [b""] * 1000
    require_answer(server)


def test_a_client_that_does_not_read_its_answers_is_ended(server: str) -> None:
    """It asks for more than the system's buffers hold, so that the service has to keep the rest."""
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = urlsplit(server)
        connection.connect((address.hostname, address.port))
        connection.sendall(TEXT * 500)
        hung_up = select.poll()
        hung_up.register(connection, 0)  # an error or the end, whatever there is to read
        assert hung_up.poll(60_000)
    require_answer(server)


def test_clients_that_go_away_before_their_answer_leave_nothing_behind(server: str, folder: Path) -> None:
    for _ in range(20):
        with closing(connected(server)) as connection:
            connection.sendall(HEAD + BODY)
    require_answer(server)
    log = (folder / "server.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if " ERROR " in line or "Traceback" in line] == []
