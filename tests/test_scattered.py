"""Documents embedded by the workers of a real Ray cluster: two nodes on this machine, of one core each."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import environment
from index.adding import add_files
from index.checking import check
from index.compiled import CompiledEmbedder
from index.documents import Document
from index.library import Library
from index.passages import Candidate
from index.scattered import NoWorkers, Scattered, shards
from index.walking import files_in
from three_texts import by_place
from word_embedder import WordEmbedder

pytestmark = pytest.mark.filterwarnings("default")

RAY = str(Path(sys.executable).with_name("ray"))
COUNT = 48
TEXTS = [
    "\n\n".join(
        f"Ship {number} left harbour {number + part} in {1900 + number}. Its crew of {part + 3} saw rain. "
        f"The mast broke on day {part + 1}, and captain {number} wrote home that nobody was hurt."
        for part in range(8)
    )
    for number in range(COUNT)
]
DOCUMENTS = [Document.from_text(text, title=f"Ship {i}", source=f"{i}.txt") for i, text in enumerate(TEXTS)]
QUESTIONS = ["How many saw rain on ship 7?", "When did ship 31 leave harbour?", "What did captain 12 write home?"]
SHARD = 4000


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where it is, and the node that has nothing but a core."""

    address: str
    second: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A head with a core of its own and a second node; the last test that has it kills the second."""
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    port, clients = _free(), _free()
    common = ["--num-cpus=1", "--object-store-memory=80000000", "--node-ip-address=127.0.0.1", "--block"]
    head = _started(
        "--head",
        f"--port={port}",
        f"--ray-client-server-port={clients}",
        "--include-dashboard=false",
        f"--temp-dir={folder}",
        "--disable-usage-stats",
        *common,
    )
    second = None
    try:
        _wait_for(clients, head)
        second = _started(f"--address=127.0.0.1:{port}", *common)
        yield Cluster(f"ray://127.0.0.1:{clients}", second)
    finally:
        for node in filter(None, (second, head)):
            _kill(node)
        shutil.rmtree(folder, ignore_errors=True)


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    """A node with all its processes in a session of its own."""
    quiet = {"RAY_DISABLE_IMPORT_WARNING": "1", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    quiet["GRPC_ENABLE_FORK_SUPPORT"] = (
        "0"  # with it, the server for a new client now and then dies as it is forked
    )
    return subprocess.Popen(
        [RAY, "start", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **quiet},
    )


def _kill(node: subprocess.Popen[bytes]) -> None:
    for found in _descendants(node.pid):
        try:
            os.kill(found, signal.SIGKILL)
        except ProcessLookupError:
            continue
    node.wait(timeout=30)


def _descendants(pid: int) -> list[int]:
    """The process and all that it began: Ray puts its own into sessions of their own."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, node: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert node.poll() is None, "the head node ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the head node does not listen")


def _wait_for_cores(cores: int) -> None:
    import ray

    for _ in range(300):
        if ray.cluster_resources().get("CPU") == cores:
            return
        time.sleep(0.2)
    raise AssertionError("the second node has not joined")


def found(library: Library, question: str) -> list[Candidate]:
    """What is found, more than there are passages of any document."""
    return by_place(library.search(question, least=60))


@pytest.mark.ray
def test_an_interrupted_load_goes_on_and_adds_nothing_twice(
    cluster: Cluster, embedder: CompiledEmbedder, tmp_path: Path, folder: Path
) -> None:
    for number, text in enumerate(TEXTS):
        (folder / f"{number:02}.txt").write_text(text)
    files = list(files_in(folder))
    library = Library.local(tmp_path / "library", embedder)
    with Scattered(cluster.address, embedder, shard_characters=SHARD) as scattered:
        adding = Library(library.engine, preparing=scattered)
        interrupted = add_files(adding, files, batch_characters=SHARD)
        before = [next(interrupted) for _ in range(COUNT // 3)]
        interrupted.close()
        after = list(add_files(adding, files, batch_characters=SHARD))
    assert {one.status for one in before} == {"added"}
    known = [one.status for one in after].count("unchanged")
    assert known >= len(before)
    assert [one.status for one in after] == ["unchanged"] * known + ["added"] * (COUNT - known)
    assert library.document_count == COUNT
    library.close()


@pytest.mark.ray
def test_all_documents_are_there_once_after_a_node_was_killed_under_way(
    cluster: Cluster, embedder: CompiledEmbedder, tmp_path: Path
) -> None:
    """And they are found as if they had been embedded here."""
    library, here = Library.local(tmp_path / "cluster", embedder), Library.local(tmp_path / "here", embedder)
    killed: list[int] = []

    def progress(_: str, done: int, __: int) -> None:
        if done >= COUNT // 6 and not killed:
            killed.append(done)
            _kill(cluster.second)

    with Scattered(cluster.address, embedder, shard_characters=SHARD) as scattered:
        _wait_for_cores(2)
        added = Library(library.engine, preparing=scattered).add(DOCUMENTS, progress=progress)
    assert killed
    assert killed[0] < COUNT
    assert [one.id for one in added.new] == [one.id for one in DOCUMENTS]
    assert [one.id for one in library.summaries()] == [one.id for one in DOCUMENTS]
    here.add(DOCUMENTS)
    assert all(found(library, question) == found(here, question) for question in QUESTIONS)
    for one in (library, here):
        one.close()
    assert check(tmp_path / "cluster").faults == ()
    assert check(tmp_path / "cluster").passages == check(tmp_path / "here").passages


@pytest.mark.ray
@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:99999", "127.0.0.1"])
def test_no_cluster_is_said(embedder: CompiledEmbedder, address: str) -> None:
    with pytest.raises(NoWorkers, match=rf"there is no Ray cluster at {address} \("):
        Scattered(address, embedder)


def test_a_model_that_is_not_compiled_is_not_sent() -> None:
    with pytest.raises(NoWorkers, match="only a compiled model is sent to workers"):
        Scattered("127.0.0.1:1", WordEmbedder())


def test_without_ray_the_command_names_the_extra_and_adds_nothing(
    compiled: Path, embedder: CompiledEmbedder, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("The crew slept.", encoding="utf-8")
    script = (
        "import sys; sys.modules['ray'] = None\n"
        f"sys.argv = ['pincite', 'add', {str(letter)!r}, '--workers', 'ray://127.0.0.1:1']\n"
        "from api.terminal.cli import main; main()\n"
    )
    folder, seeds = tmp_path / "data", tmp_path / "seeds"
    seeds.mkdir()
    given = environment(PINCITE_DATA=str(folder), PINCITE_MODEL=str(compiled), PINCITE_SEEDS=str(seeds))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=given)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "pincite: Ray is not installed; pip install 'pincite[ray]'"
    assert Library.local(folder, embedder).document_count == 0


def test_documents_go_out_in_order_as_many_together_as_make_up_a_task() -> None:
    parts = list(shards(DOCUMENTS, SHARD))
    assert [one for part in parts for one in part] == DOCUMENTS
    assert all(sum(len(one.text) for one in part) <= SHARD for part in parts)
    assert [len(part) for part in shards(DOCUMENTS[:3], 1)] == [1, 1, 1]
