"""A backup is one state of the library, and restored it answers the same."""

import contextlib
import hashlib
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from index.backup import Contents, DamagedBackup, InTheWay, UnwritableBackup, back_up, restore
from index.checking import Report, check, check_database
from index.database import DATABASE, UnusableStore
from index.library import Library
from index.reading import NoDatabase
from paths import ROOT
from three_texts import DOCUMENTS, asked, document, words

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library."""
    folder = tmp_path_factory.mktemp("made")
    library = Library.local(folder, words())
    library.add(DOCUMENTS)
    library.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(made, tmp_path / "library")
    return tmp_path / "library"


def hashes(folder: Path) -> dict[str, str]:
    """What is in a folder, SQLite's own companions and the lock left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal", ".lock"))
    }


def test_a_restored_library_answers_the_same_and_embeds_nothing(folder: Path, tmp_path: Path) -> None:
    assert back_up(folder, tmp_path / "backup") == Contents(3, 4)
    library = Library.local(folder, words())
    expected = [(one.candidates, one.wanted, one.passages) for one in asked(library)]
    library.close()
    assert restore(tmp_path / "backup", tmp_path / "other") == Contents(3, 4)
    assert check(tmp_path / "other") == Report(3, 4, (), ())
    embedder = words()
    again = Library.local(tmp_path / "other", embedder)
    assert [(one.candidates, one.wanted, one.passages) for one in asked(again)] == expected
    assert [one.id for one in again.add([document("Another crew.")]).new] == [document("Another crew.").id]
    assert embedder.embedded == 1
    again.close()


def test_a_backup_is_one_file_that_opens_in_a_folder_that_only_reads(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    back_up(folder, tmp_path / "kept" / "backup")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["backup"]
    assert check_database(tmp_path / "kept" / "backup") == Report(3, 4, (), ())
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["backup"]


WRITER = """
import sys
from index.library import Library
from three_texts import WORDS, document
from word_embedder import WordEmbedder
from pathlib import Path
library = Library.local(Path(sys.argv[1]), WordEmbedder(*WORDS, max_tokens=9))
print("ready", flush=True)
for number in range(10**6):
    library.add([document(f"Crew number {number} {'rain ' * 50 * (number % 7)}.")])
    if number % 5 == 4:
        library.remove(document(f"Crew number {number - 2} {'rain ' * 50 * ((number - 2) % 7)}.").id)
"""


def test_a_backup_is_sound_while_another_process_writes(folder: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        cwd=ROOT / "tests",
        env={"PYTHONPATH": str(ROOT)},
    )
    try:
        assert writer.stdout
        writer.stdout.readline()
        held = [back_up(folder, tmp_path / f"backup{number}") for number in range(8)]
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    for number, contents in enumerate(held):
        report = check_database(tmp_path / f"backup{number}")
        assert report == Report(contents.documents, contents.passages, (), ())
    assert held == sorted(held, key=lambda one: one.documents)


def test_what_is_there_is_only_replaced_by_force(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(InTheWay):
        back_up(folder, file)
    assert file.read_text() == "precious"
    back_up(folder, file, force=True)
    before = hashes(folder)
    with pytest.raises(InTheWay, match="holds documents"):
        restore(file, folder)
    assert hashes(folder) == before
    library = Library.local(folder, words())
    library.remove(DOCUMENTS[0].id)
    library.close()
    assert restore(file, folder, force=True) == Contents(3, 4)
    assert check(folder) == Report(3, 4, (), ())


def test_the_library_is_never_its_own_backup(folder: Path) -> None:
    before = hashes(folder)
    with pytest.raises(InTheWay, match="is the library itself"):
        back_up(folder, folder / DATABASE, force=True)
    with pytest.raises(InTheWay, match="is the library itself"):
        restore(folder / "." / DATABASE, folder, force=True)
    assert hashes(folder) == before


def test_a_library_that_is_open_goes_on_with_what_was_restored(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    library = Library.local(folder, words())
    expected = [one.candidates for one in asked(library)]
    library.remove(DOCUMENTS[0].id, DOCUMENTS[2].id)
    library.add([document("Quite another crew.")])
    failures: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                asked(library)
            except BaseException as error:  # noqa: BLE001 - the test's own thread
                failures.append(error)

    reader = threading.Thread(target=ask)
    reader.start()
    restore(tmp_path / "backup", folder, force=True)
    stop.set()
    reader.join()
    assert failures == []
    assert [one.candidates for one in asked(library)] == expected
    assert [one.id for one in library.summaries()] == [one.id for one in DOCUMENTS]
    library.add([document("Quite another crew.")])
    library.close()
    assert check(folder) == Report(4, 5, (), ())


def sql(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


DAMAGE: dict[str, tuple[Callable[[Path], object], type[Exception], str]] = {
    "missing": (Path.unlink, NoDatabase, "there is no library's database"),
    "empty": (lambda path: path.write_bytes(b""), UnusableStore, "has schema 0"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:9000]), DamagedBackup, "the database is damaged"),
    "no database": (lambda path: path.write_bytes(b"x" * 9000), UnusableStore, "file is not a database"),
    "another schema": (lambda path: sql(path, "PRAGMA user_version = 99"), UnusableStore, "has schema 99"),
    "another text": (lambda path: sql(path, "UPDATE documents SET text = 'x'"), DamagedBackup, "another SHA-256"),
    "a lost passage": (lambda path: sql(path, "DELETE FROM passages WHERE id = 1"), DamagedBackup, "statistics"),
}


@pytest.mark.parametrize(("damage", "error", "said"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_is_refused_and_nothing_changes(
    folder: Path, tmp_path: Path, damage: Callable[[Path], object], error: type[Exception], said: str
) -> None:
    back_up(folder, tmp_path / "backup")
    damage(tmp_path / "backup")
    before = hashes(folder)
    with pytest.raises(error, match=said):
        restore(tmp_path / "backup", folder, force=True)
    assert hashes(folder) == before
    with pytest.raises(error):
        restore(tmp_path / "backup", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_broken_library_is_replaced_by_force(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    (folder / DATABASE).write_bytes(b"x" * 9000)
    with pytest.raises(InTheWay, match="a broken library"):
        restore(tmp_path / "backup", folder)
    assert restore(tmp_path / "backup", folder, force=True) == Contents(3, 4)
    assert check(folder) == Report(3, 4, (), ())


def test_what_a_killed_restore_left_is_removed_by_the_next(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    for suffix in ("", "-journal"):
        (folder / f".{DATABASE}.4711.tmp{suffix}").write_bytes(b"texts")
    restore(tmp_path / "backup", folder, force=True)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_an_interrupted_backup_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    def interrupt(_stage: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "kept").mkdir()
    with pytest.raises(KeyboardInterrupt):
        back_up(folder, tmp_path / "kept" / "backup", progress=interrupt)
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_backup_that_cannot_be_written_says_where(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnwritableBackup, match="there is no folder"):
        back_up(folder, tmp_path / "none" / "backup")
    (tmp_path / "taken").mkdir()
    with pytest.raises(UnwritableBackup, match="cannot be written"):
        back_up(folder, tmp_path / "taken", force=True)
    assert list((tmp_path / "taken").iterdir()) == []


def test_where_there_is_no_library_nothing_is_backed_up(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        back_up(tmp_path / "none", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_library_is_backed_up_and_restored(tmp_path: Path) -> None:
    Library.local(tmp_path / "one", words()).close()
    assert back_up(tmp_path / "one", tmp_path / "backup") == Contents(0, 0)
    assert restore(tmp_path / "backup", tmp_path / "two") == Contents(0, 0)
    library = Library.local(tmp_path / "two", words())
    assert [one.candidates for one in asked(library)] == [()] * 5
    library.close()


def test_the_commands_back_up_and_restore(command: Command, tmp_path: Path) -> None:
    here, there, file = str(tmp_path / "here"), str(tmp_path / "there"), str(tmp_path / "backup")
    answer = command("ask", "who took responsibility?", PINCITE_DATA=here).stdout
    assert command("backup", file, PINCITE_DATA=here).stdout == f"{file}: 1 documents, 10 passages\n"
    again = command("backup", file, PINCITE_DATA=here)
    assert (again.returncode, again.stderr) == (
        2,
        f"pincite: {file} is there already; name another file, or give --force to replace it\n",
    )
    restored = command("restore", file, PINCITE_DATA=there)
    assert (restored.returncode, restored.stdout) == (0, "restored 1 documents, 10 passages\n")
    assert command("ask", "who took responsibility?", PINCITE_DATA=there).stdout == answer
    refused = command("restore", file, PINCITE_DATA=there)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "holds documents" in refused.stderr
    assert command("restore", file, "--force", PINCITE_DATA=there).returncode == 0
