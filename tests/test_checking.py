"""A sound library is said to be sound, and every damage is named."""

import contextlib
import dataclasses
import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.agreement import BEHIND
from index.checking import MAX_FAULTS, Report, check
from index.database import DATABASE, UnusableStore
from index.lexical import LexicalIndex
from index.library import Library
from index.reading import NoDatabase
from index.snapshot import Derived
from index.vectors import VectorIndex
from three_texts import DOCUMENTS, WORDS, document, words

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library that was added to, removed from, and added to again."""
    folder = tmp_path_factory.mktemp("made")
    library = Library.local(folder, words())
    library.add(DOCUMENTS)
    library.remove(DOCUMENTS[1].id)
    library.add([DOCUMENTS[1]])
    library.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of that library, to be damaged."""
    shutil.copytree(made, tmp_path / "library")
    return tmp_path / "library"


def damaged(folder: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        connection.create_function("floats", -1, lambda *values: np.array(values, dtype="<f2").tobytes())
        connection.create_function("integers", -1, lambda *values: np.array(values, dtype="<i4").tobytes())
        connection.create_function("sha", 1, lambda text: hashlib.sha256(text.encode()).hexdigest())
        for statement in statements:
            connection.execute(statement)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_sound_library_is_sound_and_is_not_changed(folder: Path) -> None:
    before = contents(folder)
    assert check(folder) == Report(3, 4, (), ())
    assert contents(folder) == before


def test_an_empty_library_is_sound(tmp_path: Path) -> None:
    Library.local(tmp_path, words()).close()
    assert check(tmp_path) == Report(0, 0, (), ())


def test_a_library_in_use_is_sound(tmp_path: Path) -> None:
    library = Library.local(tmp_path, words())
    library.add(DOCUMENTS)
    assert check(tmp_path) == Report(3, 4, (), (BEHIND,))
    library.checkpoint()
    assert check(tmp_path) == Report(3, 4, (), ())
    library.close()


STORM_ID, HARBOUR_ID = (f"document {one.id}" for one in (DOCUMENTS[0], DOCUMENTS[2]))
PASSAGE = f"passage 4 of {HARBOUR_ID}"
OUT_OF_PLACE = f"{PASSAGE}: its sentences are not in order, or not inside the document"
DAMAGE = {
    "another text": (
        "UPDATE documents SET text = 'The storm spared the mast.' WHERE position = 1",
        f"{STORM_ID}: its text is not the one that was added (another SHA-256)",
    ),
    "another id": (
        "UPDATE documents SET sha256 = sha('Crew.'), text = 'Crew.', length = 5 WHERE position = 1",
        f"{STORM_ID}: its id is not the start of its text's SHA-256",
    ),
    "another length": (
        "UPDATE documents SET length = 99 WHERE position = 1",
        f"{STORM_ID}: its length is given as 99 characters, and is another",
    ),
    "a span beyond the end": (
        "UPDATE passages SET sentences = integers(0, 37, 41, 62) WHERE id = 4",
        OUT_OF_PLACE,
    ),
    "a negative span": (
        "UPDATE passages SET sentences = integers(-1, 37, 41, 61) WHERE id = 4",
        OUT_OF_PLACE,
    ),
    "sentences out of order": (
        "UPDATE passages SET sentences = integers(41, 61, 0, 37) WHERE id = 4",
        OUT_OF_PLACE,
    ),
    "an empty sentence": (
        "UPDATE passages SET sentences = integers(0, 37, 41, 41) WHERE id = 4",
        OUT_OF_PLACE,
    ),
    "passages out of order": (
        "UPDATE passages SET sentences = integers(0, 5) WHERE id = 2",
        f"passage 2 of {STORM_ID}: its sentences are not in order, or not inside the document",
    ),
    "half a span": (
        "UPDATE passages SET sentences = x'00000000' WHERE id = 4",
        f"{PASSAGE}: its sentences are not pairs of numbers",
    ),
    "terms without their counts": (
        "UPDATE passages SET lengths = integers(1, 2) WHERE id = 4",
        f"{PASSAGE}: its terms are not counted for each sentence",
    ),
    "terms counted otherwise": (
        "UPDATE passages SET lengths = integers(1, 3, 9) WHERE id = 4",
        f"{PASSAGE}: it has 6 terms, and its sentences 13",
    ),
    "a vector that is lost": (
        "UPDATE passages SET vectors = substr(vectors, 13) WHERE id = 4",
        f"{PASSAGE}: its vectors are not 3 of 6 components",
    ),
    "a vector that is not finite": (
        "UPDATE passages SET vectors = floats(1,0,0,0,0,0, 1,0,0,0,0,0, 'nan',0,0,0,0,0) WHERE id = 4",
        f"{PASSAGE}: a vector of it is not finite",
    ),
    "a vector that is too long": (
        "UPDATE passages SET vectors = floats(1,0,0,0,0,0, 1,0,0,0,0,0, 2,0,0,0,0,0) WHERE id = 4",
        f"{PASSAGE}: a vector of it is not of unit length",
    ),
    "a passage that nobody counted": (
        "UPDATE meta SET value = '5' WHERE key = 'passages'",
        "the statistics count 5 passages, and there are 4",
    ),
    "terms that nobody counted": (
        "DELETE FROM meta WHERE key = 'terms'",
        "the statistics count no terms, and there are 18",
    ),
    "metadata that nobody gave": (
        """UPDATE documents SET metadata = '[["a b ", "text", "x", null, null]]' WHERE position = 1""",
        f"{STORM_ID}: its metadata are not what can have been added",
    ),
    "metadata that are incomplete": (
        """UPDATE documents SET metadata = '[["a", "text", "x"]]' WHERE position = 1""",
        f"{STORM_ID}: its metadata are not what can have been added",
    ),
    "metadata that only a filter sees": (
        "INSERT INTO metadata SELECT id, 'a', 'text', 'x', NULL, NULL FROM documents WHERE position = 1",
        f"{STORM_ID}: filters find it by other metadata than it has",
    ),
    "metadata without their document": (
        "INSERT INTO metadata VALUES ('nothing', 'a', 'text', 'x', NULL, NULL)",
        "metadata belongs to no document",
    ),
    "a passage without its document": (
        "UPDATE passages SET document_id = 'nothing' WHERE id = 4",
        "passage 4 belongs to no document",
    ),
}


@pytest.mark.parametrize(("statement", "fault"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_named(folder: Path, statement: str, fault: str) -> None:
    damaged(folder, statement)
    assert fault in check(folder).faults


def test_a_term_that_is_counted_wrongly_is_named(folder: Path) -> None:
    damaged(folder, "UPDATE terms SET passages = 7 WHERE code = (SELECT min(code) FROM terms)")
    [fault] = check(folder).faults
    assert fault.startswith("the statistics are wrong for 1 terms; term ")
    assert fault.endswith(", say, is counted in 7 passages, and stands in 1")


def test_damaged_pages_are_named(folder: Path) -> None:
    with (folder / DATABASE).open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096)
    report = check(folder)
    assert report.faults[0].startswith("the database is damaged (")


def test_so_many_faults_are_not_all_named(tmp_path: Path) -> None:
    library = Library.local(tmp_path, words())
    library.add([document(f"Crew {number}.") for number in range(MAX_FAULTS + 20)])
    library.close()
    damaged(tmp_path, "UPDATE documents SET length = 99")
    report = check(tmp_path)
    assert len(report.faults) == MAX_FAULTS + 1
    assert report.faults[-1] == "more than that: the rest was not looked at"


REMEDY = "; the store is right, remove indexes.stamp to have them made anew"


def write_index(folder: Path, index: VectorIndex) -> None:
    """Put ``index`` in the place of the vectors, with a stamp that fits it."""
    derived = Derived(folder, index.dimension)
    snapshot = derived.held()
    assert snapshot is not None
    derived.write(dataclasses.replace(snapshot, vectors=index))


def test_a_vector_that_differs_from_the_store_s_is_named(folder: Path) -> None:
    index = VectorIndex.read(folder / "vectors.faiss")
    owners, rows = index.owners(), index.rows(0, len(index)).copy()
    rows[2] = rows[2][::-1]
    write_index(folder, VectorIndex.empty(index.dimension).extended([(owners, rows)]))
    assert check(folder).faults == (
        f"the vector index differs from the store, from passage {owners[2]} on{REMEDY}",
    )


def test_a_vector_of_another_passage_is_named(folder: Path) -> None:
    index = VectorIndex.read(folder / "vectors.faiss")
    owners, rows = index.owners().copy(), index.rows(0, len(index))
    before, owners[-1] = owners[-1], 99
    write_index(folder, VectorIndex.empty(index.dimension).extended([(owners, rows)]))
    assert check(folder).faults == (f"the vector index differs from the store, from passage {before} on{REMEDY}",)


def test_words_of_other_passages_are_named(folder: Path) -> None:
    """The stamp is made to fit: only what is in the index can tell."""
    derived = Derived(folder, len(WORDS) + 1)
    snapshot = derived.held()
    assert snapshot is not None
    shutil.rmtree(folder / "words")
    words = LexicalIndex(folder / "words")
    words.add([(number, [1]) for number in range(4)])
    derived.write(dataclasses.replace(snapshot, lexical=words.searcher()))
    faults = check(folder).faults
    assert faults[0] == f"the word index holds other passages than the store{REMEDY}"
    assert faults[1].startswith("the word index counts ")


def test_an_index_file_that_is_cut_is_named(folder: Path) -> None:
    (folder / "vectors.faiss").write_bytes(b"IxMp")
    assert check(folder).faults == (f"an index file is missing or damaged{REMEDY}",)


def test_indexes_that_are_behind_are_no_fault(folder: Path) -> None:
    (folder / "indexes.stamp").unlink()
    assert check(folder) == Report(3, 4, (), (BEHIND,))


def test_what_is_no_library_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        check(tmp_path)
    path = tmp_path / DATABASE
    path.write_bytes(b"")
    with pytest.raises(UnusableStore, match="has schema 0"):
        check(tmp_path)
    path.write_bytes(b"something else entirely, and long enough to be looked at")
    with pytest.raises(UnusableStore, match="file is not a database"):
        check(tmp_path)


def test_the_command_says_that_a_library_is_sound_and_what_is_wrong(command: Command, tmp_path: Path) -> None:
    assert command("list", PINCITE_DATA=str(tmp_path)).returncode == 0
    sound = command("check", PINCITE_DATA=str(tmp_path))
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (
        0,
        "1 documents, 10 passages; the library is sound",
    )
    damaged(tmp_path, "UPDATE meta SET value = '11' WHERE key = 'passages'")
    wrong = command("check", PINCITE_DATA=str(tmp_path))
    assert (wrong.returncode, wrong.stdout.splitlines()) == (
        1,
        [
            "wrong: the statistics count 11 passages, and there are 10",
            "note: the indexes were not compared with a store that is wrong",
            "1 documents, 10 passages; faults: 1",
        ],
    )


def test_the_command_ends_with_status_2_where_there_is_no_library(command: Command, tmp_path: Path) -> None:
    done = command("check", PINCITE_DATA=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pincite: there is no library's database ")
