"""A real server process that a test starts in surroundings of its own, and may end in any way."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from conftest import PINCITE, environment

PATIENCE_SECONDS = 60
NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
MAY_MOUNT = subprocess.run(
    [*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
).returncode
needs_mount = pytest.mark.skipif(MAY_MOUNT != 0, reason="needs a mount namespace with a disk of its own")


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers at ``url``; ``log`` is what it writes to standard error."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def connect(self) -> socket.socket:
        """A connection to it."""
        address = urlsplit(self.url)
        assert address.hostname
        return socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS)

    def terminate(self) -> int:
        """Send SIGTERM and wait; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.process.kill()
        self.process.wait(30)

    def path(self, path: Path) -> Path:
        """Where this process finds what the server finds at ``path``, on a disk that only the server has."""
        return Path(f"/proc/{self.process.pid}/root{path}")

    def within(self, *command: str) -> None:
        """Run a command where the server's disks are."""
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        there = ["nsenter", *user, "--mount", "--target", str(self.process.pid)]
        subprocess.run([*there, *command], check=True)

    def complaints(self) -> list[str]:
        """The lines of the log that tell of a mistake."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if " ERROR " in line or "Traceback" in line]


@contextlib.contextmanager
def started(data: Path, model: str, *, under: Sequence[str] = (), **set_: str) -> Iterator[Server]:
    """A server on a free port with its library in ``data``, ready; what is left of it is killed.

    ``under`` is a command that becomes the one it is given, and ``set_`` are further variables.
    """
    data.mkdir(exist_ok=True)
    log = data.with_name(f"{data.name}.log")
    with log.open("w", encoding="utf-8") as lines:
        process = subprocess.Popen(
            [*under, PINCITE, "serve", "--port", "0"],
            stderr=lines,
            env=environment(PINCITE_DATA=str(data), PINCITE_MODEL=model, **set_),
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(r'listening on (http://[^\s"]+)', log.read_text(encoding="utf-8"))):
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.02)
        while httpx2.get(f"{found.group(1)}/readyz").status_code != 200:
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.02)
        yield Server(found.group(1), process, log)
    finally:
        process.kill()
        process.wait(30)


def on_a_disk(megabytes: int, folder: Path) -> list[str]:
    """The command that gives another a disk of its own, so large, at ``folder``."""
    mounted = f'mount -t tmpfs -o size={megabytes}m none "$0" && exec "$@"'
    return [*NAMESPACE, "sh", "-c", mounted, str(folder)]


def head(path: str, length: int) -> bytes:
    """The head of a POST of JSON whose client waits until the service has taken it up."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def whole_answer(connection: socket.socket) -> tuple[int, bytes]:
    """The status and the body of what comes; IncompleteRead where it breaks off."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return answer.status, answer.read()
