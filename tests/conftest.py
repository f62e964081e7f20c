"""What most tests start from: the real model, compiled once a run, and the seed article's library."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.opening import seeds_in
from api.settings import Settings
from engines import ENGINES, Place, place_in
from index.compiled import CompiledEmbedder
from index.library import Library
from index.models import DEFAULT_MODEL, compile_into
from milvus_lite import COMMAND, MilvusLite, milvus_lite
from qa.reading.compiled import CompiledReader
from qa.reading.opening import FOLDER, compile_own

SEEDS = Path(__file__).parent.parent / "seeds"


LOCAL = "http://localhost"  # the Host that a service without keys answers to
LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    """Forbid the network to this process: compiling, embedding, adding, asking and serving do without."""
    place = {"socket.connect": arguments[1:2], "socket.getaddrinfo": arguments[:1]}.get(event, ())
    for address in place:
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(address, tuple | str | None) and host not in LOOPBACK:
            raise AssertionError(f"the network was used: {event} {address!r}")


sys.addaudithook(_loopback_only)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model and the reader beside it, compiled for this run: about half a minute, once."""
    folder = tmp_path_factory.mktemp("models") / "compiled"
    compile_into(DEFAULT_MODEL, folder)
    compile_own(folder / FOLDER)
    return folder


@pytest.fixture(scope="session")
def embedder(compiled: Path) -> CompiledEmbedder:
    """The compiled model, loaded."""
    return CompiledEmbedder(compiled)


@pytest.fixture(scope="session")
def reader(compiled: Path) -> CompiledReader:
    """Pincite's own reader, loaded."""
    return CompiledReader(compiled / FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, to be filled with files."""
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def seed_library(embedder: CompiledEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library of the seed article; tests only read it."""
    library = Library.local(tmp_path_factory.mktemp("seed-library"), embedder)
    library.seed(lambda: seeds_in(SEEDS))
    library.checkpoint()
    return library


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusLite]:
    """A Milvus server of this run; its packages are an extra."""
    pytest.importorskip("pymilvus", reason="pymilvus is not installed")
    if not Path(COMMAND).exists():
        pytest.skip("milvus-lite is not installed")
    with milvus_lite(tmp_path_factory.mktemp("milvus") / "data") as server:
        yield server


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a library is kept, by each engine in turn."""
    with made_place(request, tmp_path) as made:
        yield made


def made_place(request: pytest.FixtureRequest, folder: Path) -> AbstractContextManager[Place]:
    """Where a library is kept by the engine that the test's parameter names."""
    if request.param == "local":
        return place_in(folder)
    server = request.getfixturevalue("milvus")
    from places_in_milvus import place_on  # what it imports is an extra

    return place_on(server.uri, folder)


@pytest.fixture(scope="session")
def settings(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that name the compiled model, the seeds and a folder of this run."""
    return Settings(data=tmp_path_factory.mktemp("service"), model=str(compiled), seeds=SEEDS)


@pytest.fixture(scope="session")
def service(settings: Settings) -> Iterator[TestClient]:
    """The real application with its lifespan, ready."""
    with TestClient(create_app(settings), base_url=LOCAL) as client:
        wait_until_ready(client)
        yield client


@pytest.fixture(scope="session")
def command(settings: Settings) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the installed ``pincite`` with its own library; ``set_`` adds environment variables."""
    data = settings.data.parent / "command"

    def run(*arguments: str, **set_: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PINCITE, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=environment(**{"PINCITE_DATA": str(data), "PINCITE_MODEL": settings.model, **set_}),
        )

    run("list")  # the first use makes the library, and says so
    return run


PINCITE = str(Path(sys.executable).with_name("pincite"))


def environment(**set_: str) -> dict[str, str]:
    """This process's environment without Pincite's variables, and with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    unhurried = {"PINCITE_READ_BUDGET_MS": "60000"}  # what is read must not depend on how busy this machine is
    return {**kept, "PINCITE_SEEDS": str(SEEDS), **unhurried, **set_}


def wait_until_ready(client: TestClient) -> None:
    """Ask until the library is open."""
    deadline = time.monotonic() + 60
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, "the service did not become ready"
        time.sleep(0.02)
