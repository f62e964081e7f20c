"""A Milvus server of one process on this machine, which a test may kill and start again."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS = 60
COMMAND = str(Path(sys.executable).with_name("milvus-lite"))


class MilvusLite:
    """Keeps its data in ``folder`` and its port for as long as it is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """What clients are told."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._folder.mkdir(exist_ok=True)
        where = ["--data-dir", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        with self._folder.with_name(f"{self._folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen([COMMAND, "server", *where], stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert self._process.poll() is None, "the engine did not start"
            assert time.monotonic() < deadline, "the engine does not listen"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process:
            self._process.kill()
            self._process.wait(30)


@contextlib.contextmanager
def milvus_lite(folder: Path) -> Iterator[MilvusLite]:
    """A running one; what is left of it is killed."""
    server = MilvusLite(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
