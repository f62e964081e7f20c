"""The real server process, told to end or killed in the midst of its work."""

import json
import signal
import socket
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2

from api.settings import Settings
from index.checking import check
from processes import Server, head, started, whole_answer
from test_server import QUESTION

ANSWER = "Azerbaijan has taken responsibility for the deaths of several Russian peacekeepers"
UNHURRIED = {"PINCITE_MAX_WAITING_QUESTIONS": "100", "PINCITE_MAX_WAIT_MS": "60000"}


def taken_up(server: Server, path: str, body: bytes) -> socket.socket:
    """A request of which the service has the head, as it says, and waits for the body."""
    connection = server.connect()
    connection.sendall(head(path, len(body)))
    assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return connection


def wait_until_refused(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            server.connect().close()
        except ConnectionRefusedError:
            return
        time.sleep(0.01)
    raise AssertionError("new connections are still accepted")


def test_sigterm_ends_it_after_the_fifty_requests_in_hand_with_everything_on_disk(
    settings: Settings, tmp_path: Path
) -> None:
    """Half of the requests are whole when the signal comes; the others come in while no new connection does."""
    asked = json.dumps({"question": QUESTION, "read": False}).encode()
    texts = [f"Crew number {number} came from Skerry." for number in range(10)]
    bodies = [("/v1/ask", asked)] * 40 + [("/v1/documents", json.dumps({"text": text}).encode()) for text in texts]
    with ExitStack() as open_, started(tmp_path / "data", settings.model, **UNHURRIED) as server:
        requests = [open_.enter_context(closing(taken_up(server, path, body))) for path, body in bodies]
        for connection, (_, body) in list(zip(requests, bodies, strict=True))[::2]:
            connection.sendall(body)
        server.process.send_signal(signal.SIGTERM)
        wait_until_refused(server)
        for connection, (_, body) in list(zip(requests, bodies, strict=True))[1::2]:
            connection.sendall(body)
        answers = [whole_answer(connection) for connection in requests]
        assert server.process.wait(30) == 0
        assert server.complaints() == []
    assert [status for status, _ in answers] == [200] * 40 + [201] * 10
    assert all(json.loads(body)["answer"]["text"].startswith(ANSWER) for _, body in answers[:40])
    report = check(tmp_path / "data")
    assert (report.documents, report.faults, report.notes) == (11, (), ())  # no note: the indexes are of this state


def test_a_kill_costs_nothing_that_was_acknowledged_and_the_next_start_answers_right(
    settings: Settings, tmp_path: Path
) -> None:
    """Three clients add without a pause when it comes, and none of what they added is in an index file yet."""
    acknowledged: dict[str, str] = {}
    enough = threading.Event()

    def add(server: Server, client: int) -> None:
        with httpx2.Client(timeout=30) as adding:
            for number in range(1000):
                text = f"Crew {number} of client {client} came from Skerry."
                try:
                    answer = adding.post(f"{server.url}/v1/documents", json={"text": text})
                except httpx2.TransportError:
                    return
                assert answer.status_code == 201, answer.text
                acknowledged[answer.json()["id"]] = text
                if len(acknowledged) >= 30:
                    enough.set()

    with started(tmp_path / "data", settings.model) as server:
        clients = [threading.Thread(target=add, args=(server, client)) for client in range(3)]
        for client in clients:
            client.start()
        assert enough.wait(60)
        server.kill()
        for client in clients:
            client.join()
    with started(tmp_path / "data", settings.model) as server:
        first = httpx2.post(f"{server.url}/v1/ask", json={"question": QUESTION}).json()
        assert first["answer"]["text"].startswith(ANSWER)
        with httpx2.Client(base_url=server.url) as reading:
            found = {id_: reading.get(f"/v1/documents/{id_}/text").text for id_ in acknowledged}
        assert found == acknowledged
        assert server.terminate() == 0
        assert server.complaints() == []
    report = check(tmp_path / "data")
    assert (report.faults, report.notes) == ((), ())
    assert report.documents - len(acknowledged) in range(1, 5)  # the seed, and one in hand of each client
