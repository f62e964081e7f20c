"""Work in a process of its own: what comes of it, and that nothing stays."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tiny_model
from index.apart import EndedEarly, apart
from index.manifest import BrokenModel

WORK = "work_apart"


def test_it_tells_how_far_it_is_and_what_came_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    reports: list[tuple[str, int, int]] = []
    found = apart(WORK, "do", "é ß", progress=lambda *report: reports.append(report))
    assert reports == [("Working", 1, 2), ("Working", 2, 2)]
    assert (found["told"], found["process"] != os.getpid()) == (["é ß"], True)
    assert capfd.readouterr() == ("", "a library says something\n")


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(BrokenModel) as caught:
        apart(WORK, "fail")
    assert (caught.value.problem, caught.value.remedy) == ("the model is broken", "mend it")


def test_a_process_that_is_killed_is_an_error_that_says_so() -> None:
    with pytest.raises(EndedEarly, match="ended with status -9 before its work was done; see that there is memory"):
        apart(WORK, "die")


def test_who_stops_waiting_stops_the_work() -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        apart(WORK, "sleep", progress=interrupted)
    assert time.monotonic() - begin < 30


def test_compiling_leaves_no_torch_behind(tmp_path: Path) -> None:
    source, target = tiny_model.save(tmp_path / "model"), tmp_path / "compiled"
    script = (
        "import sys; from pathlib import Path; from index.models import compile_into\n"
        f"compile_into({str(source)!r}, Path({str(target)!r})); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert (target / "model.onnx").is_file()
