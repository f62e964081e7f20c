"""Texts come from the store once, and then from memory."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.documents import Document
from index.store import Store
from index.texts import Texts

ONE = Document.from_text("Text one 👩‍👧.", title="one", source="here", context="first")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "library.sqlite3")
    with opened.transaction():
        opened.add_document(ONE)
    yield opened
    opened.close()


def remove(store: Store) -> None:
    with store.transaction():
        store.remove_document(ONE.id)


def test_a_document_is_the_stored_one(store: Store) -> None:
    assert Texts(store).document(ONE.id) == ONE


def test_an_unknown_document_is_none_until_it_is_there(store: Store) -> None:
    texts = Texts(store)
    other = Document.from_text("Other.", title="other", source="here")
    assert texts.document(other.id) is None
    with store.transaction():
        store.add_document(other)
    assert texts.document(other.id) == other


def test_a_document_that_was_read_is_in_memory_until_it_is_removed(store: Store) -> None:
    texts = Texts(store)
    first = texts.document(ONE.id)
    assert texts.document(ONE.id) is first
    remove(store)
    assert texts.document(ONE.id) is None


def test_nothing_of_a_removed_document_stays_in_memory(store: Store) -> None:
    texts = Texts(store)
    other = Document.from_text("Other.", title="other", source="here")
    with store.transaction():
        store.add_document(other)
    read = texts.document(ONE.id)
    holders = sys.getrefcount(read)
    remove(store)
    assert texts.document(other.id) == other
    assert sys.getrefcount(read) == holders - 1
