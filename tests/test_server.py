"""The real server process, and the command line as its client."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from api.settings import Settings
from conftest import PINCITE, environment

Command = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = "who took responsibility?"


@contextlib.contextmanager
def running(data: Path, model: str, **set_: str) -> Iterator[str]:
    """A server process on a free port, ready; yields its address, and sees that SIGTERM ends it with status 0.

    ``set_`` are further settings; the log is ``server.log`` in its folder.
    """
    data.mkdir(exist_ok=True)
    log = data / "server.log"
    with log.open("w", encoding="utf-8") as lines:
        process = subprocess.Popen(
            [PINCITE, "serve", "--port", "0"],
            stderr=lines,
            env=environment(PINCITE_DATA=str(data), PINCITE_MODEL=model, **set_),
        )
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r'listening on (http://[^\s"]+)', log.read_text(encoding="utf-8"))):
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.02)
        while httpx2.get(f"{found.group(1)}/readyz").status_code != 200:
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.02)
        yield found.group(1)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("server"), settings.model) as url:
        yield url


def test_the_client_prints_what_the_local_command_prints(server: str, command: Command) -> None:
    local = command("ask", QUESTION)
    remote = command("ask", QUESTION, "--url", server)
    assert remote.stdout == local.stdout
    assert (remote.returncode, local.returncode) == (0, 0)


def test_the_client_prints_the_body_of_the_answer(server: str, command: Command) -> None:
    printed = json.loads(command("ask", QUESTION, "--url", server, "--json").stdout)
    body = httpx2.post(f"{server}/v1/ask", json={"question": QUESTION}).json()
    assert {**printed, "took_ms": 0} == {**body, "took_ms": 0}


def test_the_client_has_the_status_of_grep(server: str, command: Command) -> None:
    assert command("ask", "What is the boiling point of water?", "--url", server).returncode == 1
    refused = command("ask", "", "--url", server)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("pincite: the question is empty; ask something")


@pytest.mark.parametrize("part", ["ask", "verify"])
def test_the_client_imports_nothing_heavy(server: str, command: Command, tmp_path: Path, part: str) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(command("ask", QUESTION, "--json").stdout, encoding="utf-8")
    script = (
        "import sys; from api.terminal.cli import main\n"
        f"sys.argv = ['pincite', {part!r}, {QUESTION if part == 'ask' else str(kept)!r}, '--url', {server!r}]\n"
        "try: main()\n"
        "except SystemExit as end: print('status', end.code)\n"
        "heavy = {'faiss', 'onnxruntime', 'torch', 'numpy', 'tantivy', 'tokenizers', 'fastapi', 'rapidfuzz'}\n"
        "print('heavy', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["status 0", "heavy []"]


def test_a_citation_is_verified_there_as_here(server: str, command: Command, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(command("ask", QUESTION, "--json").stdout, encoding="utf-8")
    local, remote = command("verify", str(kept)), command("verify", str(kept), "--url", server)
    assert (remote.stdout, remote.returncode) == (local.stdout, 0)
    refused = command("verify", str(kept), "--url", "here")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_serving_imports_nothing_that_only_compiling_needs(settings: Settings, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from api.settings import load_settings\n"
        "from api.http.app import create_app; from api.opening import open_answerer\n"
        "create_app(load_settings()); answerer = open_answerer(load_settings())\n"
        f"answer = answerer.ask({QUESTION!r}); print(answer.answerable, answer.read is not None)\n"
        "answerer.library.close()\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy', 'pandas'}\n"
        "heavy |= {'pymilvus', 'grpc'}\n"
        "print('heavy', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(PINCITE_DATA=str(tmp_path), PINCITE_MODEL=settings.model),
    )
    assert done.stdout.splitlines() == ["True True", "heavy []"]


def test_a_server_that_was_stopped_answers_the_same_when_it_is_back(settings: Settings, tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        with running(tmp_path, settings.model) as url:
            answers.append(httpx2.post(f"{url}/v1/ask", json={"question": QUESTION}).json())
    assert {**answers[0], "took_ms": 0} == {**answers[1], "took_ms": 0}


def test_a_port_that_is_taken_is_named(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = command("serve", "--port", str(port))
    assert failed.returncode == 2
    assert failed.stderr.splitlines() == [
        f"pincite: cannot listen on 127.0.0.1 port {port} (Address already in use); stop what listens there, or "
        "name another with --port or PINCITE_PORT"
    ]


def test_a_server_whose_model_is_missing_says_so_and_ends(command: Command) -> None:
    failed = command("serve", "--port", "0", PINCITE_MODEL="no-such-model")
    assert failed.returncode == 2
    assert failed.stderr.splitlines()[-1].startswith("pincite: there is no model 'no-such-model' on this machine; ")


def test_the_tests_have_no_network() -> None:
    with pytest.raises(AssertionError, match="the network was used"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a network namespace")
def test_everything_works_without_a_network(settings: Settings, tmp_path: Path) -> None:
    """In a network namespace with nothing in it, not even loopback, the command answers.

    The tests' own process has no network either: see conftest.
    """
    done = subprocess.run(
        ["unshare", "--net", PINCITE, "ask", QUESTION],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env=environment(PINCITE_DATA=str(tmp_path), PINCITE_MODEL=settings.model),
    )
    assert (done.returncode, done.stdout[:10]) == (0, "Azerbaijan"), done.stderr
