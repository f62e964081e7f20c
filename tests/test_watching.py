"""A watched folder and the library are in step."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from conftest import PINCITE, environment
from index.adding import add_files
from index.formats.extracted import UnreadableFile
from index.library import Library
from index.walking import files_in
from index.watching import Removed, Watching
from three_texts import HARBOUR, RAIN, STORM, document, words

OLD = time.time() - 3600


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.local(tmp_path / "library", words())
    yield opened
    opened.close()


def write(path: Path, text: str, *, changed: float = OLD) -> Path:
    """A file that was changed an hour ago: it has settled."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, newline="")
    os.utime(path, (changed, changed))
    return path


def steps(watching: Watching) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a look did: status, source, documents."""
    return [
        ("removed", one.source, one.documents)
        if isinstance(one, Removed)
        else (one.status, one.found.source, one.documents)
        for one in watching.step()
    ]


def texts(library: Library) -> list[str]:
    return sorted(library.document(one.id).text for one in library.summaries())


def test_files_that_come_change_and_go_are_followed(library: Library, folder: Path) -> None:
    storm, rain, harbour = (document(text).id for text in (STORM, RAIN, HARBOUR))
    write(folder / "a.txt", STORM)
    watching = Watching(library, [folder])
    assert steps(watching) == [("added", "a.txt", (storm,))]
    assert steps(watching) == []
    write(folder / "deep" / "b.txt", RAIN)
    assert steps(watching) == [("added", "deep/b.txt", (rain,))]
    write(folder / "a.txt", HARBOUR)
    assert steps(watching) == [("replaced", "a.txt", (harbour,))]
    assert texts(library) == sorted([HARBOUR, RAIN])
    (folder / "deep" / "b.txt").unlink()
    assert steps(watching) == [("removed", "deep/b.txt", (rain,))]
    assert texts(library) == [HARBOUR]


def test_what_happened_while_nobody_watched_is_made_up_for(library: Library, folder: Path) -> None:
    for name, text in (("a.txt", STORM), ("b.txt", RAIN)):
        write(folder / name, text)
    steps(Watching(library, [folder]))
    (folder / "a.txt").unlink()
    write(folder / "b.txt", HARBOUR)
    steps(Watching(library, [folder]))
    assert texts(library) == [HARBOUR]


def test_only_documents_that_came_from_there_are_removed(library: Library, folder: Path) -> None:
    """One of equal text was there before, from elsewhere; another folder has a file of the same name."""
    library.add([document(STORM)])
    other = write(folder.parent / "other" / "b.txt", HARBOUR)
    list(add_files(library, list(files_in(other.parent))))
    write(folder / "a.txt", STORM)
    write(folder / "b.txt", RAIN)
    watching = Watching(library, [folder])
    steps(watching)
    for path in folder.iterdir():
        path.unlink()
    assert steps(watching) == [("removed", "a.txt", ()), ("removed", "b.txt", (document(RAIN).id,))]
    assert texts(library) == sorted([STORM, HARBOUR])


def test_a_file_that_was_renamed_keeps_its_document(library: Library, folder: Path) -> None:
    write(folder / "a.txt", STORM).rename(folder / "b.txt")
    write(folder / "a.txt", STORM)
    watching = Watching(library, [folder])
    storm = document(STORM).id
    assert steps(watching) == [("added", "a.txt", (storm,)), ("unchanged", "b.txt", (storm,))]
    (folder / "a.txt").unlink()
    assert steps(watching) == [("removed", "a.txt", ())]
    assert texts(library) == [STORM]
    (folder / "b.txt").unlink()
    assert steps(watching) == [("removed", "b.txt", (storm,))]
    assert texts(library) == []


def test_a_file_that_is_being_written_is_left_until_it_rests(library: Library, folder: Path) -> None:
    watching = Watching(library, [folder])
    write(folder / "a.txt", STORM[:9], changed=time.time())
    assert (steps(watching), watching.pending) == ([], True)
    write(folder / "a.txt", STORM[:20], changed=time.time() + 1)
    assert (steps(watching), watching.pending) == ([], True)
    write(folder / "a.txt", STORM, changed=time.time() + 2)
    assert (steps(watching), watching.pending) == ([], True)
    assert (steps(watching), watching.pending) == ([("added", "a.txt", (document(STORM).id,))], False)


def test_a_file_that_fails_is_tried_again_when_it_changes_and_keeps_what_it_was(
    library: Library, folder: Path
) -> None:
    write(folder / "a.txt", STORM)
    watching = Watching(library, [folder])
    steps(watching)
    write(folder / "a.txt", "")
    assert steps(watching) == [("failed", "a.txt", ())]
    assert steps(watching) == []
    assert texts(library) == [STORM]
    write(folder / "a.txt", RAIN)
    steps(watching)
    assert texts(library) == [RAIN]


def test_a_folder_that_cannot_be_looked_into_loses_nothing(library: Library, folder: Path) -> None:
    write(folder / "deep" / "a.txt", STORM)
    watching = Watching(library, [folder])
    steps(watching)
    (folder / "deep").rename(folder.parent / "away")
    (folder / "deep").symlink_to(folder.parent / "away")  # leads out of the folder: refused
    [(status, source, _)] = steps(watching)
    assert (status, source, texts(library)) == ("skipped", "deep", [STORM])


def test_a_folder_that_is_gone_is_said_and_its_documents_stay(library: Library, folder: Path) -> None:
    write(folder / "a.txt", STORM)
    watching = Watching(library, [folder])
    steps(watching)
    folder.rename(folder.parent / "away")
    with pytest.raises(UnreadableFile, match="there is no such file or folder"):
        steps(watching)
    assert texts(library) == [STORM]


class Lines:
    """What a process prints, as it comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wait_for(self, pattern: str) -> str:
        deadline = time.monotonic() + 60
        while not (found := re.search(pattern, self.path.read_text(encoding="utf-8"), re.MULTILINE)):
            assert time.monotonic() < deadline, (pattern, self.path.read_text(encoding="utf-8"))
            time.sleep(0.05)
        return found[0]


def test_the_command_follows_a_folder_until_it_is_interrupted(
    settings: Settings, tmp_path: Path, folder: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "none").mkdir()
    own = {
        "PINCITE_DATA": str(tmp_path / "library"),
        "PINCITE_SEEDS": str(tmp_path / "none"),
        "PINCITE_MODEL": settings.model,
    }
    write(folder / "a.txt", "The ferry to Skerry leaves at noon.")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started to ignore it
    with (tmp_path / "lines").open("w") as out:
        process = subprocess.Popen(
            [PINCITE, "add", "--watch", str(folder)], stdout=out, stderr=subprocess.STDOUT, env=environment(**own)
        )
    try:
        lines = Lines(tmp_path / "lines")
        lines.wait_for("^in step; watching until Ctrl-C$")
        first = lines.wait_for("^added +[0-9a-f]{16}  a.txt$").split()[1]
        (folder / "b.md").write_text("# Olaf\n\nThe ferry master is called Olaf Lund.")
        lines.wait_for("^added +[0-9a-f]{16}  b.md$")
        asked = command("ask", "What is the ferry master called?", **own)
        assert asked.stdout.startswith("The ferry master is called Olaf Lund.\n")
        (folder / "a.txt").unlink()
        lines.wait_for(f"^removed +{first}  a.txt$")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
    lines.wait_for("^watching has ended$")
    assert [line.split("\t")[3] for line in command("list", **own).stdout.splitlines()] == ["Olaf"]
    refused = command("add", "--watch", str(tmp_path / "nothing"), **own)
    assert (refused.returncode, refused.stderr.splitlines()[-1][:9]) == (2, "pincite: ")


def test_watching_and_sending_are_two_things(command: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    refused = command("add", "--watch", "--url", "http://127.0.0.1:1", ".")
    assert (refused.returncode, refused.stdout) == (2, "")
