"""A library that an older Pincite made opens, and goes on answering."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database import DATABASE
from index.library import Library
from index.schema import NEW, SCHEMA_VERSION, bring_up_to_date
from paths import ROOT
from three_texts import HARBOUR, RAIN, STORM, WORDS, asked, document
from word_embedder import WordEmbedder

SCHEMA_1 = (ROOT / "tests" / "data" / "library_schema_1.sql").read_bytes().decode()
DOCUMENTS = [document(STORM), document(HARBOUR, "a context"), document(RAIN)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library's folder as schema 1 left it, without its derived files."""
    connection = sqlite3.connect(tmp_path / DATABASE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(SCHEMA_1)
    connection.close()
    return tmp_path


@pytest.fixture
def upgraded(folder: Path) -> Iterator[Library]:
    library = Library(folder, WordEmbedder(*WORDS))
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


def test_a_library_of_schema_1_answers_as_a_new_one_does(upgraded: Library, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    made = Library(tmp_path / "new", WordEmbedder(*WORDS))
    made.add(DOCUMENTS)
    assert [found.candidates for found in asked(upgraded)] == [found.candidates for found in asked(made)]
    made.close()


def test_its_documents_are_kept_and_nothing_is_made_up_about_their_originals(upgraded: Library) -> None:
    kept = [upgraded.document(one.id) for one in DOCUMENTS]
    assert [one.text for one in kept] == [STORM, HARBOUR, RAIN]
    assert [(one.media_type, one.original_sha256, one.url, one.pages) for one in kept] == [
        ("text/plain", None, None, ())
    ] * 3
    assert upgraded.add(DOCUMENTS).new == ()


def test_it_takes_new_documents_and_opens_again(folder: Path) -> None:
    for text in ("Snow lay on the mast.", "The crew came home."):
        library = Library(folder, WordEmbedder(*WORDS))
        assert [one.text for one in library.add([document(text)]).new] == [text]
        library.close()
    library = Library(folder, WordEmbedder(*WORDS))
    assert [one.length for one in library.summaries()] == [41, 61, 31, 21, 19]
    library.close()


def test_an_upgraded_database_has_the_tables_of_a_new_one(folder: Path) -> None:
    old, new = sqlite3.connect(folder / DATABASE), sqlite3.connect(":memory:")
    assert bring_up_to_date(old) == SCHEMA_VERSION
    new.executescript(NEW)
    assert columns(old) == columns(new)
    old.close()
    new.close()


def test_an_upgrade_that_fails_changes_nothing(folder: Path) -> None:
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("ALTER TABLE documents ADD COLUMN url TEXT")
    before = columns(connection)
    with pytest.raises(sqlite3.OperationalError, match="duplicate column name: url"):
        bring_up_to_date(connection)
    connection.close()
    connection = sqlite3.connect(folder / DATABASE)
    assert (columns(connection), connection.execute("PRAGMA user_version").fetchone()) == (before, (1,))
    connection.close()
