"""The real server process, while the system's clock jumps hours to and fro, and the one of elapsed time goes on."""

import json
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from api.access.keyfile import add, path_of, revoke
from api.access.keys import make
from api.settings import Settings
from index.checking import check
from processes import Server, head, started, whole_answer
from test_server import QUESTION

COMPILER = shutil.which("cc")
pytestmark = pytest.mark.skipif(
    COMPILER is None or not sys.platform.startswith("linux"), reason="needs a C compiler, and Linux's loader"
)

SOURCE = Path(__file__).with_name("jumping_clock.c")
PER_MINUTE = 20
ON, BACK, FAR, HOME = (timedelta(hours=5), timedelta(hours=-7), timedelta(days=400), timedelta())
"""Where the clock jumps to, each from the true time: so the second and the last lead back."""


@dataclass(frozen=True, slots=True)
class Clocked:
    """A server whose clock is as far ahead as ``file`` says whenever it looks."""

    server: Server
    settings: Settings
    file: Path

    def jump(self, ahead: timedelta) -> None:
        """Set the clock, and see in the log that the server goes by it."""
        set_clock(self.file, ahead)
        deadline = time.monotonic() + 30
        httpx2.get(f"{self.server.url}/v1/nothing")
        while abs(self._last_logged() - datetime.now(UTC) - ahead) > timedelta(minutes=1):
            assert time.monotonic() < deadline, "the server's clock does not jump"
            time.sleep(0.005)

    def client(self) -> httpx2.Client:
        """Somebody with a new key of the role write."""
        secret, key = make("", "write", created=datetime.now(UTC))
        add(path_of(self.settings), key)
        carrying = {"Authorization": f"Bearer {secret}", "X-Key": key.id}
        return httpx2.Client(base_url=self.server.url, headers=carrying, timeout=60)

    def _last_logged(self) -> datetime:
        return datetime.fromisoformat(self.server.log.read_text(encoding="utf-8").splitlines()[-1].split()[0])


def set_clock(file: Path, ahead: timedelta) -> None:
    with file.open("r+b") as opened:
        opened.write(struct.pack("q", int(ahead.total_seconds())))


@pytest.fixture(scope="module")
def clocked(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clocked]:
    """It ends orderly, with a sound library and a log without a mistake, after all jumps."""
    folder = tmp_path_factory.mktemp("clocked")
    file, data, library = folder / "clock", folder / "data", folder / "clock.so"
    file.write_bytes(bytes(8))
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True)
    limits = {"PINCITE_RATE_LIMIT_PER_MINUTE": str(PER_MINUTE), "PINCITE_BODY_TIMEOUT_SECONDS": "2"}
    with started(data, settings.model, LD_PRELOAD=str(library), CLOCK_AHEAD=str(file), **limits) as server:
        yield Clocked(server, Settings(data=data), file)
        assert server.terminate() == 0
        assert server.complaints() == []
    report = check(data)
    assert (report.faults, report.notes) == ((), ())


def test_answers_documents_keys_and_readiness_go_on_through_every_jump(clocked: Clocked) -> None:
    """On one connection, which no jump ends."""
    clocked.jump(HOME)
    with clocked.client() as client, clocked.client() as other:
        asked = client.post("/v1/ask", json={"question": QUESTION}).json()
        port = client_port(client)
        for number, ahead in enumerate((ON, BACK, FAR, HOME)):
            clocked.jump(ahead)
            added = client.post("/v1/documents", json={"text": f"Crew number {number} came from Skerry."})
            assert added.status_code == 201
            assert client.get(f"/v1/documents/{added.json()['id']}").status_code == 200
            again = client.post("/v1/ask", json={"question": QUESTION}).json()
            assert again["answer"] == asked["answer"]
            assert 0 < again["took_ms"] < 60_000
            assert generation(again) == generation(asked) + 1 + number
            assert client.get("/readyz").status_code == 200
            with clocked.client() as new:
                assert new.get("/v1/documents").status_code == 200
        assert client_port(client) == port
        revoke(path_of(clocked.settings), [other.headers["X-Key"]])
        assert other.get("/v1/documents").status_code == 401


def generation(answer: dict[str, str]) -> int:
    """The number of writes that the answer's index holds."""
    return int(answer["index_version"].partition("-")[0])


def client_port(client: httpx2.Client) -> object:
    """The client's own port, which tells one connection from the next."""
    return client.get("/healthz").extensions["network_stream"].get_extra_info("client_addr")


def refused_after(client: httpx2.Client) -> int:
    """How many requests pass before one is refused, which is told to come again within a minute."""
    for passed in range(PER_MINUTE + 1):
        answer = client.get("/v1/documents")
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["retry-after"]) <= 60
            return passed
    return PER_MINUTE + 1


def test_a_rate_holds_after_a_jump_and_shuts_nobody_out_until_the_old_time_has_come_again(clocked: Clocked) -> None:
    clocked.jump(HOME)
    with clocked.client() as client:
        assert refused_after(client) == PER_MINUTE
        assert refused_after(client) == 0
        for ahead in (ON, BACK, HOME):
            clocked.jump(ahead)
            assert refused_after(client) == PER_MINUTE
            assert refused_after(client) == 0


@pytest.mark.parametrize(("ahead", "arrives"), [(ON, True), (BACK, False)])
def test_what_a_body_may_take_is_elapsed_time(clocked: Clocked, ahead: timedelta, arrives: bool) -> None:
    """A body is in time after a jump of hours; one that never comes is given up after two seconds all the same."""
    clocked.jump(HOME)
    body = json.dumps({"question": QUESTION}).encode()
    with clocked.client() as client, closing(clocked.server.connect()) as connection:
        key = f"Authorization: {client.headers['Authorization']}\r\n\r\n".encode()
        connection.sendall(head("/v1/ask", len(body)).replace(b"\r\n\r\n", b"\r\n" + key))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        clocked.jump(ahead)
        if arrives:
            connection.sendall(body)
        assert whole_answer(connection)[0] == (200 if arrives else 408)
