"""A library that an older Pincite made opens, and goes on answering."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.backup import DamagedBackup, InTheWay, back_up, restore
from index.checking import check
from index.database import DATABASE, UnusableStore
from index.documents import Document
from index.filters import Condition, Equal, Scope
from index.library import Library
from index.metadata import NOTHING, Metadata
from index.schema import NEW, SCHEMA_VERSION, UPGRADES, bring_up_to_date
from paths import ROOT
from three_texts import HARBOUR, RAIN, STORM, WORDS, asked, document
from word_embedder import WordEmbedder

SCHEMA_1 = (ROOT / "tests" / "data" / "library_schema_1.sql").read_bytes().decode()
SCHEMA_2 = f"{SCHEMA_1}; {UPGRADES[1]}; PRAGMA user_version = 2;"
OLD = {1: SCHEMA_1, 2: SCHEMA_2, 3: f"{SCHEMA_2} {UPGRADES[2]} PRAGMA user_version = 3;"}
IN_THE_WAY = {
    1: ("ALTER TABLE documents ADD COLUMN url TEXT", "duplicate column name: url"),
    2: ("ALTER TABLE documents ADD COLUMN metadata TEXT", "duplicate column name: metadata"),
    3: ("CREATE TABLE receipts (name)", "table receipts already exists"),
}
DOCUMENTS = [document(STORM), document(HARBOUR, "a context"), document(RAIN)]


@pytest.fixture(params=OLD)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A library's folder as an older schema left it, without its derived files."""
    connection = sqlite3.connect(tmp_path / DATABASE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(OLD[request.param])
    connection.close()
    return tmp_path


@pytest.fixture
def upgraded(folder: Path) -> Iterator[Library]:
    library = Library.local(folder, WordEmbedder(*WORDS))
    yield library
    library.close()


def columns(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every table and index with its columns, as SQLite understands them."""
    names = [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_schema ORDER BY name")]
    return {
        name: connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
        + connection.execute("SELECT * FROM pragma_index_xinfo(?)", (name,)).fetchall()
        for name in names
    }


def test_a_library_of_an_older_schema_answers_as_a_new_one_does(upgraded: Library, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    made = Library.local(tmp_path / "new", WordEmbedder(*WORDS))
    made.add(DOCUMENTS)
    assert [found.candidates for found in asked(upgraded)] == [found.candidates for found in asked(made)]
    made.close()


def test_its_documents_are_kept_and_nothing_is_made_up_about_their_originals(upgraded: Library) -> None:
    kept = [upgraded.document(one.id) for one in DOCUMENTS]
    assert [one.text for one in kept] == [STORM, HARBOUR, RAIN]
    assert [(one.media_type, one.original_sha256, one.url, one.pages, one.metadata) for one in kept] == [
        ("text/plain", None, None, (), NOTHING)
    ] * 3
    assert upgraded.add(DOCUMENTS).new == ()


def test_it_takes_new_documents_and_opens_again(folder: Path) -> None:
    for text in ("Snow lay on the mast.", "The crew came home."):
        library = Library.local(folder, WordEmbedder(*WORDS))
        assert [one.text for one in library.add([document(text)]).new] == [text]
        library.close()
    library = Library.local(folder, WordEmbedder(*WORDS))
    assert [one.length for one in library.summaries()] == [41, 61, 31, 21, 19]
    library.close()


def test_it_takes_metadata_and_is_asked_for_them(upgraded: Library) -> None:
    snow = Document.from_text("Snow lay on the mast.", title="", source="", metadata=Metadata.of({"year": 2024}))
    upgraded.add([snow])
    scope = Scope(conditions=(Condition("year", (Equal(2024),)),))
    assert [one.passage.document_id for one in upgraded.search("crew", scope=scope).candidates] == [snow.id]


def test_an_upgraded_database_has_the_tables_of_a_new_one(folder: Path) -> None:
    old, new = sqlite3.connect(folder / DATABASE), sqlite3.connect(":memory:")
    assert bring_up_to_date(old) == SCHEMA_VERSION
    new.executescript(NEW)
    assert columns(old) == columns(new)
    old.close()
    new.close()


def test_an_upgrade_that_fails_changes_nothing(folder: Path) -> None:
    connection = sqlite3.connect(folder / DATABASE)
    old = connection.execute("PRAGMA user_version").fetchone()
    statement, why = IN_THE_WAY[old[0]]
    connection.execute(statement)
    before = columns(connection)
    with pytest.raises(sqlite3.OperationalError, match=why):
        bring_up_to_date(connection)
    connection.close()
    connection = sqlite3.connect(folder / DATABASE)
    assert (columns(connection), connection.execute("PRAGMA user_version").fetchone()) == (before, old)
    connection.close()


def test_a_backup_that_an_older_pincite_wrote_is_restored_and_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "older.backup"
    back_up(folder, kept)
    before = kept.read_bytes()
    assert restore(kept, tmp_path / "other").documents == len(DOCUMENTS)
    assert kept.read_bytes() == before
    assert check(tmp_path / "other").faults == ()
    assert not list((tmp_path / "other").glob(".*"))
    with contextlib.closing(Library.local(tmp_path / "other", WordEmbedder(*WORDS))) as library:
        assert [library.document(one.id).text for one in DOCUMENTS] == [STORM, HARBOUR, RAIN]
        assert {one.passage.document_id for one in library.search("storm").candidates} >= {DOCUMENTS[0].id}


def test_a_damaged_one_of_an_older_pincite_changes_nothing(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "older.backup"
    back_up(folder, kept)
    with contextlib.closing(sqlite3.connect(kept)) as connection:
        connection.execute("UPDATE documents SET text = 'forged' WHERE position = 1")
        connection.commit()
    with pytest.raises(DamagedBackup, match=DOCUMENTS[0].id):
        restore(kept, folder, force=True)
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute("SELECT text FROM documents ORDER BY position").fetchone() == (STORM,)


def test_an_older_library_is_replaced_by_a_backup_only_where_that_is_said(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "older.backup"
    back_up(folder, kept)
    with pytest.raises(InTheWay, match="holds documents"):
        restore(kept, folder)
    assert restore(kept, folder, force=True).documents == len(DOCUMENTS)
    assert check(folder).faults == ()


def test_a_check_of_an_older_library_says_how_it_is_brought_up_to_date(folder: Path) -> None:
    with pytest.raises(UnusableStore, match="an older Pincite") as caught:
        check(folder)
    assert "pincite list" in str(caught.value)
