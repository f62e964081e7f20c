"""One writer at a time, among threads and among processes."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.turns import WAIT_SECONDS, LibraryBusy, Turns, UnusableFolder, require_writable

HOLD = """
import sys
from pathlib import Path
from index.turns import Turns
with Turns(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn in ``tmp_path`` until it reads a line."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_threads_take_turns(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    events: list[str] = []

    def write(name: str) -> None:
        for _ in range(20):
            with turns:
                events.append(f"{name} in")
                time.sleep(0.0005)
                events.append(f"{name} out")

    threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events) == 80
    assert [event.split()[1] for event in events] == ["in", "out"] * 40
    assert [one.split()[0] for one in events[::2]] == [one.split()[0] for one in events[1::2]]


def test_a_turn_ends_when_the_work_fails(tmp_path: Path) -> None:
    turns = Turns(tmp_path, wait_seconds=0.1)
    with pytest.raises(ZeroDivisionError), turns:
        _ = 1 / 0
    with turns:
        pass


def test_another_process_that_does_not_finish_is_reported(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    turns = Turns(tmp_path, wait_seconds=0.1)
    for _ in range(2):
        with pytest.raises(LibraryBusy) as caught, turns:
            pass
        assert caught.value.problem == f"another process has been changing the library in {tmp_path} for 0.1 s"
        assert caught.value.remedy == "wait until it is done and try again"
    assert holder.poll() is None


def test_the_turn_comes_when_another_process_is_done(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    with Turns(tmp_path, wait_seconds=10):
        pass
    assert holder.wait(10) == 0


def test_a_process_that_was_killed_holds_no_turn(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    with Turns(tmp_path, wait_seconds=10):
        pass


def test_the_wait_is_a_minute_unless_told() -> None:
    assert WAIT_SECONDS == 60


def test_a_turn_that_cannot_be_taken_leaves_it_to_others(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "library", wait_seconds=0.1)
    (tmp_path / "library").rename(tmp_path / "moved")
    (tmp_path / "library").touch()
    for _ in range(2):
        with pytest.raises(UnusableFolder, match=r"cannot be written any more"), turns:
            pass
    (tmp_path / "library").unlink()
    (tmp_path / "moved").rename(tmp_path / "library")
    with turns:
        pass


def test_a_missing_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    require_writable(tmp_path / "deep" / "folder")
    assert list((tmp_path / "deep" / "folder").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "library"
    with pytest.raises(UnusableFolder) as caught:
        Turns(folder)
    assert caught.value.problem == f"the library's folder {folder} cannot be written (Not a directory)"
    assert caught.value.remedy == "make it writable, or set PINCITE_DATA to another folder"


def test_many_may_try_a_folder_at_the_same_moment(tmp_path: Path) -> None:
    failures: list[UnusableFolder] = []

    def attempt() -> None:
        try:
            for _ in range(100):
                require_writable(tmp_path)
        except UnusableFolder as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
