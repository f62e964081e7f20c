"""``pincite add``, as a person runs it on a folder."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PINCITE
from index.formats.table import SUFFIXES
from made_files import pdf

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good files, a hidden one, and four that cannot be read."""
    made = tmp_path / "files"
    (made / "deep").mkdir(parents=True)
    (made / "a.txt").write_text("The ferry to Skerry leaves at noon.")
    (made / "deep" / "b.pdf").write_bytes(pdf(["Front page."], ["The ferry master is called Olaf Lund."]))
    (made / ".hidden.txt").write_text("Hidden.")
    (made / "c.pdf").write_bytes(pdf(["Cut off."])[:-30])
    (made / "d.txt").write_bytes(bytes(range(256)) * 4)
    (made / "e\nf.txt").write_text("A name on two lines.")
    (tmp_path / "outside.txt").write_text("Outside.")
    (made / "g.txt").symlink_to(tmp_path / "outside.txt")
    (made / "h.jpg").write_bytes(b"\xff\xd8\xff")
    return made


def test_a_folder_is_added_as_far_as_it_can_be_read(command: Command, folder: Path, tmp_path: Path) -> None:
    library = {"PINCITE_DATA": str(tmp_path / "library"), "PINCITE_SEEDS": str(tmp_path / "none")}
    (tmp_path / "none").mkdir()
    done = command("add", str(folder), **library)
    a, b = (line.split() for line in done.stdout.splitlines() if line.startswith("added"))
    assert (done.returncode, a[2:], b[2:]) == (2, ["a.txt"], ["deep/b.pdf"])
    assert [line for line in done.stdout.splitlines() if line.startswith("failed")] == [
        f"failed     {folder}/c.pdf: is cut off, for a PDF's end mark is missing; fetch or save it again",
        f"failed     {folder}/d.txt: is no text in UTF-8 (byte 128) or any other encoding; "
        "give it the ending of its format",
        f"failed     {folder}/e\ufffdf.txt: has a control character in its name; rename it",
    ]
    assert [line for line in done.stdout.splitlines() if line.startswith("skipped")] == [
        f"skipped    {folder}/g.txt: is a link that leads out of the folder; add what it leads to by its own path",
        f"skipped    {folder}/h.jpg: there is no reader for files that end in '.jpg'; save it as one of "
        f"{', '.join(filter(None, SUFFIXES))}",
    ]
    assert done.stderr.splitlines()[-1] == "2 added, 0 unchanged, 0 replaced, 2 skipped, 3 failed"
    again = command("add", str(folder), "--glob", "*[ab].*", **library)
    assert (again.returncode, again.stdout) == (0, f"unchanged  {a[1]}  a.txt\nunchanged  {b[1]}  deep/b.pdf\n")
    (folder / "a.txt").write_text("The ferry to Skerry leaves at one.")
    changed = command("add", str(folder), "--glob", "*[ab].*", **library)
    replaced, unchanged = changed.stdout.splitlines()
    assert (changed.returncode, replaced.split()[::2], unchanged) == (
        0,
        ["replaced", "a.txt"],
        f"unchanged  {b[1]}  deep/b.pdf",
    )
    assert command("show", a[1], **library).returncode == 2
    assert command("show", replaced.split()[1], **library).stdout == "The ferry to Skerry leaves at one.\n"
    asked = command("ask", "What is the ferry master called?", **library).stdout.splitlines()
    assert asked[0] == "The ferry master is called Olaf Lund."
    assert asked[1].startswith(f"  b.pdf, page 2, characters 13:50 (document {b[1]}), confidence ")


def test_the_status_is_explained_in_the_help(command: Command) -> None:
    words = " ".join(command("add", "--help", COLUMNS="200").stdout.split())
    assert "The status is 0 where nothing failed, 2 otherwise." in words
    assert "--glob" in words


@pytest.mark.parametrize("module", ["lxml", "pypdfium2", "readability", "charset_normalizer", "index.formats.pdf"])
def test_asking_imports_no_reader_of_files(module: str) -> None:
    python = str(Path(PINCITE).with_name("python"))
    code = (
        f"import sys, api.terminal.cli, api.opening, qa.answering, index.compiled; print({module!r} in sys.modules)"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
