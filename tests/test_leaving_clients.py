"""The real server process, and clients that go away while their question waits or is worked on."""

import json
import os
import signal
import time
from contextlib import closing
from pathlib import Path

import httpx2

from api.settings import Settings
from processes import Server, started
from test_server import QUESTION

CLIENTS = 60
AT_WORK = 3
"""Questions that may be answered to nobody: the one at work, and those before the others are seen to go."""
ONE_AT_A_TIME = {
    "PINCITE_MAX_CONCURRENT_QUESTIONS": "1",
    "PINCITE_MAX_WAITING_QUESTIONS": "100",
    "PINCITE_MAX_WAIT_MS": "60000",
}
COUNTED = 'pincite_http_request_duration_seconds_count{method="POST",route='
GONE = f'{COUNTED}"other",status="499"}}'
WORKED = "pincite_questions_total"
BUSY = ("pincite_questions_working", "pincite_questions_waiting")
FAILED = f'{COUNTED}"other",status="500"}}'


def measured(server: Server, name: str | tuple[str, ...]) -> float:
    """The sum of what begins like that."""
    lines = httpx2.get(f"{server.url}/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_the_work_for_clients_that_have_gone_is_left_out_or_bounded(settings: Settings, tmp_path: Path) -> None:
    """All ask and go while the process stands still: when it goes on, most are gone before their turn."""
    body = json.dumps({"question": QUESTION}).encode()
    request = (
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )
    with started(tmp_path / "data", settings.model, **ONE_AT_A_TIME) as server:
        os.kill(server.process.pid, signal.SIGSTOP)
        for _ in range(CLIENTS):
            with closing(server.connect()) as connection:
                connection.sendall(request)
        os.kill(server.process.pid, signal.SIGCONT)
        deadline = time.monotonic() + 30
        while measured(server, GONE) + measured(server, WORKED) < CLIENTS or measured(server, BUSY):
            assert time.monotonic() < deadline, httpx2.get(f"{server.url}/metrics").text
            time.sleep(0.02)
        assert measured(server, WORKED) <= AT_WORK
        assert measured(server, FAILED) == 0
        assert httpx2.post(f"{server.url}/v1/ask", json={"question": QUESTION}).json()["answerable"] is True
        assert server.terminate() == 0
        assert server.complaints() == []
