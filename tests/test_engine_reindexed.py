"""A library in Milvus embedded anew by another model, beside the one that goes on answering."""

import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pymilvus")

from pymilvus import MilvusClient

from engines import assert_alike
from index.documents import Document
from index.embedding import Embedder
from index.fingerprints import ModelName
from index.ingesting import prepared
from index.library import Library, UnknownDocument
from index.milvus import reindexing, root
from index.milvus.address import Address
from index.milvus.calls import Calls
from index.milvus.engine import MilvusEngine
from index.milvus.reindexing import reindex
from index.milvus.root import Roots
from index.milvus.schema import Names
from index.milvus.store import MilvusStore
from index.turns import LibraryBusy
from milvus_lite import MilvusLite
from three_texts import DOCUMENTS, QUESTIONS, STORM, document, words
from word_embedder import WordEmbedder

NAME = ModelName("other", "onnx")
LATE = document(f"{STORM} It came late.")


def other() -> WordEmbedder:
    return WordEmbedder("broke", "north", "late", max_tokens=3)


THIRD = WordEmbedder("mast", "crew", max_tokens=5)


def open_other(name: ModelName) -> Embedder:
    assert name == NAME
    return other()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for longer than a moment here."""
    monkeypatch.setattr(reindexing, "GRACE_SECONDS", 0.5)


@pytest.fixture
def address(milvus: MilvusLite) -> Address:
    """A library of this test's own."""
    return Address(milvus.uri, prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def library(address: Address) -> Iterator[Library]:
    """An open library of three documents, one of which is removed."""
    opened = Library(MilvusEngine(address, words(), opener=open_other))
    opened.add(DOCUMENTS)
    opened.remove(DOCUMENTS[1].id)
    yield opened
    opened.close()


def test_an_interrupted_try_changes_nothing_and_is_left_alone_for_a_while(
    address: Address, library: Library
) -> None:
    def interrupt(_: str, done: int, __: int) -> None:
        if done:
            raise KeyboardInterrupt

    version = library.version
    with pytest.raises(KeyboardInterrupt):
        reindex(address, other(), name=NAME, progress=interrupt)
    assert library.version == version
    assert {one.passage.document_id for one in library.search("storm").candidates} == {
        DOCUMENTS[0].id,
        DOCUMENTS[2].id,
    }
    with pytest.raises(LibraryBusy, match="another process is embedding"):  # for all that can be known
        reindex(address, other(), name=NAME)


def test_it_becomes_what_a_new_library_under_that_model_is_with_what_is_written_meanwhile(
    address: Address, library: Library, tmp_path: Path
) -> None:
    written: list[str] = []

    def meanwhile(_: str, __: int, ___: int) -> None:
        if not written:
            written.append(LATE.id)
            library.add([LATE])
            library.remove(DOCUMENTS[2].id)

    made = reindex(address, other(), name=NAME, progress=meanwhile)
    assert library.version == made.version
    assert made.passages == len(library)
    fresh = Library.local(tmp_path / "fresh", other())
    fresh.add([DOCUMENTS[0], LATE])
    for question in (*QUESTIONS, "late"):
        assert_alike(library.search(question), fresh.search(question))
    assert [one.id for one in library.summaries()] == [DOCUMENTS[0].id, LATE.id]
    assert library.document(LATE.id) == LATE
    with pytest.raises(UnknownDocument):
        library.document(DOCUMENTS[2].id)
    library.remove(LATE.id)
    assert len(collections(address)) == 4
    library.close()
    with closing(MilvusClient(address.uri)) as client:
        kept = client.query(f"{address.prefix}_texts", filter='kind == "document"', output_fields=["key"])
        assert len(kept) == 1
    fresh.close()


def test_what_is_written_around_the_switch_is_there_and_what_is_removed_is_not(
    address: Address, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By those who see the new set already, and by one whose write to the old one was long under way."""
    storm, harbour = DOCUMENTS[0], DOCUMENTS[2]
    snow, fog = document("Snow fell on the crew."), document("Fog came from the north.")
    point = Roots.point

    def around(roots: Roots, names: Names) -> None:
        old = roots.current()
        point(roots, names)
        library.add([LATE, snow])
        library.remove(storm.id)
        with closing(Calls(address)) as calls:
            write(MilvusStore(calls, Roots(calls, old)), fog)

    monkeypatch.setattr(Roots, "point", around)
    reindex(address, other(), name=NAME)
    assert {one.id for one in library.summaries()} == {harbour.id, LATE.id, snow.id, fog.id}
    assert found(library) == {harbour.id, LATE.id, snow.id, fog.id}
    assert library.document(fog.id) == fog


@pytest.mark.usefixtures("library")
def test_one_set_is_left_however_often_it_is_embedded_anew_and_interrupted(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the switch as well; the set in use is never taken for one that was left over."""
    point = Roots.point

    def interrupted(roots: Roots, names: Names) -> None:
        point(roots, names)
        raise KeyboardInterrupt

    monkeypatch.setattr(Roots, "point", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reindex(address, other(), name=NAME)
    monkeypatch.setattr(Roots, "point", point)
    assert len(collections(address)) == 7
    with pytest.raises(LibraryBusy, match="another process is embedding"):
        reindex(address, THIRD, name=NAME)
    for module in (reindexing, root):
        monkeypatch.setattr(module, "now", lambda: time.time_ns() // 1000 + 120_000_000)
    reindex(address, THIRD, name=NAME)
    reindex(address, THIRD, name=NAME)
    assert len(collections(address)) == 4
    with closing(Library(MilvusEngine(address, THIRD))) as again:
        assert found(again) == {DOCUMENTS[0].id, DOCUMENTS[2].id}


def test_documents_that_go_while_it_is_embedded_anew_do_not_end_that(address: Address, library: Library) -> None:
    """Their texts as well."""
    many = [document(f"The crew of number {number}.") for number in range(40)]
    library.add(many)

    def meanwhile(_: str, done: int, __: int) -> None:
        if done == 1:
            library.remove(*(one.id for one in many[10:]))
            library.engine._committing.purge(at_once=True)

    reindex(address, other(), name=NAME, progress=meanwhile)
    assert found(library) == {one.id for one in (DOCUMENTS[0], DOCUMENTS[2], *many[:10])}


def write(store: MilvusStore, one: Document) -> None:
    """Write it as whoever holds on to that set does."""
    [(_, passages)] = prepared([one], words())
    with store.transaction():
        store.add_document(one)
        store.add_passages(one.id, passages)


def found(library: Library) -> set[str]:
    return {one.passage.document_id for one in library.search("crew", depth=100).candidates}


def collections(address: Address) -> list[str]:
    """The library's own on the server."""
    with closing(MilvusClient(address.uri)) as client:
        return [name for name in client.list_collections() if name.startswith(f"{address.prefix}_")]
