"""A container engine that has the image."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable

import httpx2
import pytest

from paths import ROOT

IMAGE = os.environ.get("IMAGE", "pincite:check")
Run = Callable[..., str]


@pytest.fixture(scope="session")
def docker() -> Run:
    """Runs the engine's command, and returns what it prints."""
    program = shutil.which("docker")
    assert program, "there is no docker; 'make container' installs it"
    return runner(program)


@pytest.fixture(scope="session")
def compose(docker: Run) -> Run:
    """Runs compose on the repository's file, as a project of its own: the plugin, or Debian's docker-compose."""
    old = shutil.which("docker-compose")
    command = [old] if old else [str(shutil.which("docker")), "compose"]
    docker("tag", IMAGE, "pincite")
    return runner(*command, "--project-name", "pincite-tried", "--file", str(ROOT / "compose.yaml"))


def runner(*command: str) -> Run:
    def run(*arguments: str) -> str:
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while not ready(url):
        assert time.monotonic() < deadline, "the container did not become ready"
        time.sleep(0.05)


def ready(url: str) -> bool:
    """Whether it says so; until it listens, the engine's proxy takes the connection and drops it."""
    try:
        return httpx2.get(f"{url}/readyz").status_code == 200
    except httpx2.TransportError:
        return False
