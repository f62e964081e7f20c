"""The service's process under measurement: a real ``pincite serve`` on a free port, and what it takes."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from api.opening import MODELS
from api.settings import load_settings

READY_SECONDS = 300.0
"""A model that is not there yet is compiled first."""
END_SECONDS = 20.0
LISTENING = re.compile(r"listening on (http://[^\s\"]+)")


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    pid: int
    url: str

    def rss_mb(self) -> float:
        """Megabytes of its memory that are resident."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        [kilobytes] = re.findall(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        return int(kilobytes) * 1024 / 1e6

    def cpu_seconds(self) -> float:
        """Processor time that it has used, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A service over a new library of the seed article, ready; it sees that SIGTERM ends it with status 0.

    Its folder is temporary, but for the compiled models, which are those of ``PINCITE_DATA``.
    """
    settings = load_settings()
    models = settings.data.absolute() / MODELS
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pincite-service-") as folder:
        data = Path(folder)
        (data / MODELS).symlink_to(models)
        log = data / "server.log"
        ours = {"PINCITE_DATA": folder, "PINCITE_MODEL": settings.model}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
        command = [str(Path(sys.executable).with_name("pincite")), "serve", "--port", "0"]
        with log.open("w", encoding="utf-8") as lines:
            process = subprocess.Popen(command, stderr=lines, env={**kept, **ours})
        try:
            yield Server(process.pid, _ready(process, log))
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(END_SECONDS)
        if status:
            raise RuntimeError(f"the service ended with status {status}")


def _ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Its address, once it answers."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = LISTENING.search(log.read_text(encoding="utf-8"))
        if found and httpx2.get(f"{found.group(1)}/readyz").status_code == 200:
            return found.group(1)
        time.sleep(0.05)
    raise RuntimeError("the service did not become ready:\n" + log.read_text(encoding="utf-8"))
