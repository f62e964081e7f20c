"""A library in Milvus embedded anew by another model, beside the one that goes on answering."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pymilvus")

from pymilvus import MilvusClient

from engines import assert_alike
from index.embedding import Embedder
from index.fingerprints import ModelName
from index.library import Library, UnknownDocument
from index.milvus.address import Address
from index.milvus.engine import MilvusEngine
from index.milvus.reindexing import reindex
from index.turns import LibraryBusy
from milvus_lite import MilvusLite
from three_texts import DOCUMENTS, QUESTIONS, STORM, document, words
from word_embedder import WordEmbedder

NAME = ModelName("other", "onnx")
LATE = document(f"{STORM} It came late.")


def other() -> WordEmbedder:
    return WordEmbedder("broke", "north", "late", max_tokens=3)


def open_other(name: ModelName) -> Embedder:
    assert name == NAME
    return other()


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
    with closing(MilvusClient(address.uri)) as client:
        mine = [name for name in client.list_collections() if name.startswith(f"{address.prefix}_")]
        assert len(mine) == 4
        library.close()
        kept = client.query(f"{address.prefix}_texts", filter='kind == "document"', output_fields=["key"])
        assert len(kept) == 1
    fresh.close()
