"""A Milvus server of one process, for as long as a measurement takes."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import free_port

START_SECONDS = 60


@contextlib.contextmanager
def milvus_lite(folder: Path) -> Iterator[str]:
    """The address of one that keeps its data in ``folder``."""
    port = free_port()
    command = str(Path(sys.executable).with_name("milvus-lite"))
    where = ["--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [command, "server", *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("milvus-lite does not listen")
