"""Killed at any moment, a library holds exactly what it acknowledged; ``tests/faults.py`` is the work."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import faults
from api.settings import Settings
from conftest import PINCITE, environment
from paths import ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]
FILES = 60


def test_a_library_whose_writer_is_killed_twenty_times_holds_what_was_acknowledged() -> None:
    """What it prints where it fails names the seed."""
    command = [sys.executable, str(ROOT / "tests" / "faults.py"), "--rounds", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    kills, _, rest = done.stdout.splitlines()[-1].partition(" kills, ")
    assert (kills, "no difference" in rest) == ("20", True)


def test_the_comparison_notices_what_is_missing_and_what_is_left(tmp_path: Path) -> None:
    """The test of the test: a document that was lost, one that came back, and a word that a file still holds."""
    library = faults.Library.local(tmp_path / "library", faults.embedder())
    library.add([faults.made(0), faults.made(1)])
    library.close()
    assert faults.compare(tmp_path / "library", faults.History({0, 1}), 3) == {0, 1}
    for held in ({0, 1, 2}, {0}):
        with pytest.raises(AssertionError, match="is none of"):
            faults.compare(tmp_path / "library", faults.History(held), 3)
    (tmp_path / "library" / "left").write_text(f"of {faults.word(2)}")
    with pytest.raises(AssertionError, match=faults.word(2)):
        faults.compare(tmp_path / "library", faults.History({0, 1}), 3)


def test_the_command_is_killed_while_it_adds_and_goes_on_where_it_was(
    settings: Settings, command: Command, tmp_path: Path
) -> None:
    """The real process with the real model: each file is there whole or not at all, and in the end each is once."""
    data, files = tmp_path / "data", tmp_path / "files"
    files.mkdir()
    (tmp_path / "none").mkdir()
    texts = {faults.made(number).text for number in range(FILES)}
    for number, text in enumerate(sorted(texts)):
        (files / f"{number}.txt").write_text(text, encoding="utf-8")
    place = {"PINCITE_DATA": str(data), "PINCITE_SEEDS": str(tmp_path / "none")}
    for delay in (0.7, 1.0, 1.3, 1.6):
        process = subprocess.Popen(
            [PINCITE, "add", str(files)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(PINCITE_MODEL=settings.model, **place),
        )
        time.sleep(delay)
        process.kill()
        process.wait()
    done = command("add", str(files), **place)
    assert done.returncode == 0, done.stderr
    checked = command("check", **place)
    assert (checked.returncode, checked.stdout.split(" documents, ")[0]) == (0, str(len(texts)))
    listed = json.loads(command("list", "--json", **place).stdout)["documents"]
    assert {one["sha256"] for one in listed} == {hashlib.sha256(text.encode()).hexdigest() for text in texts}
