"""The real Milvus server that a PyPI package carries, started and killed by a test.

It listens on all addresses, so it is started where there is no network but the machine's own: ``make milvus`` sees
to that, and to the package being at ``MILVUS_PACKAGE``.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from index.milvus.address import Address

HOST, PORT = "127.0.0.1", 19530
URI = f"http://{HOST}:{PORT}"
PATIENCE_SECONDS = 240
SETTINGS = {
    # Else what is not indexed yet is searched by clusters, of which one in eight is looked at.
    "queryNode.segcore.interimIndex.enableIndex": "false",
    # A read that has to see every write waits for the next tick; 200 ms is what Milvus comes with.
    "proxy.timeTickInterval": "20",
}
"""What docs/SCALE.md asks of a server."""


class MilvusBinary:
    """One server with its data in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started, and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert [name for _, name in socket.if_nameindex()] == ["lo"], "run it by 'make milvus'"
        end = time.monotonic() + PATIENCE_SECONDS
        while not free():
            assert time.monotonic() < end, "its port stays taken"
            time.sleep(0.5)
        extra = [word for name, value in SETTINGS.items() for word in ("--extra-config", f"{name}={value}")]
        with self._folder.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "import milvus; milvus.main()", "--data", str(self._folder), *extra],
                env={**os.environ, "PYTHONPATH": os.environ["MILVUS_PACKAGE"]},
                stdout=log,
                stderr=log,
                start_new_session=True,  # the server is its child, and is killed with it
            )
        while not answers():
            assert self.running, "it has ended"
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.5)

    def kill(self) -> None:
        """End it at once, as a crash does, where it runs."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None


def free() -> bool:
    """Whether the server can have its port, which its last connections hold for a minute; it would take another."""
    with socket.socket() as one, contextlib.suppress(OSError):
        one.bind((HOST, PORT))
        return True
    return False


def answers() -> bool:
    """Whether the server does what it is asked."""
    with contextlib.suppress(MilvusException):
        client = MilvusClient(uri=URI, timeout=5)
        try:
            client.list_collections()
        finally:
            client.close()
        return True
    return False


def address(prefix: str) -> Address:
    """Where a library of its own is on that server."""
    return Address(URI, prefix=prefix)
