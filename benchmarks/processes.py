"""Processes that are measured: their memory, services that they are, and their end."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Refused, answer

ROOT = Path(__file__).parent.parent
START_SECONDS = 300
POLL_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Service:
    """A service that has answered: where, by which process, and the seconds from that's start to the answer."""

    port: int
    process: int
    ready_seconds: float
    answered_seconds: float


@contextmanager
def service(
    command: Callable[[int], Sequence[str]],
    environment: Mapping[str, str],
    first: bytes,
    *,
    right: Callable[[bytes], bool],
    ready: bytes | None = None,
) -> Iterator[Service]:
    """A running service, once it has given the right answer to ``first``; ``command`` is told its port.

    ``ready`` is a request that is answered with 200 as soon as it says to be ready.
    """
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command(port), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if ready:
            _await(process, port, ready)
        ready_seconds = time.perf_counter() - begin
        body = _await(process, port, first)
        answered = time.perf_counter() - begin
        if not right(body):
            raise Refused(f"a wrong first answer: {body[:300]!r}")
        yield Service(port, process.pid, ready_seconds, answered)
    finally:
        process.terminate()
        process.wait()


def pincite(port: int) -> Sequence[str]:
    """The command of Pincite's service, as this environment has it."""
    return [str(Path(sys.executable).with_name("pincite")), "serve", "--port", str(port)]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def resident_mb(process: int, *, peak: bool = False) -> float:
    """Memory of a process that is in RAM now, or was at its most, in MB of 1,000,000 bytes."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f"process {process} has no {wanted}")


class Partner:
    """A process that answers one JSON object a line with another."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, log: Path) -> None:
        """Start it, and wait until it says that it is ready; what it complains of goes into ``log``."""
        begin = time.perf_counter()
        errors = log.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        errors.close()
        self.ready = self._answer()
        self.ready_seconds = time.perf_counter() - begin

    @property
    def process(self) -> int:
        """Its id."""
        return self._process.pid

    def order(self, **order: object) -> dict[str, object]:
        """What it answers to the order."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self) -> dict[str, object]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Refused(f"process ended with status {self._process.wait()}")
        found: dict[str, object] = json.loads(line)
        return found


def _await(process: "subprocess.Popen[bytes]", port: int, request: bytes) -> bytes:
    """The first answer with 200 to ``request``."""
    deadline, last = time.monotonic() + START_SECONDS, ""
    while time.monotonic() < deadline:
        try:
            return answer(port, request)
        except (OSError, Refused) as error:
            last = str(error)
            if process.poll() is not None:
                raise Refused(f"the service ended with status {process.returncode}") from None
            time.sleep(POLL_SECONDS)
    raise Refused(f"the service did not become ready: {last}")
