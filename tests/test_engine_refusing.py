"""What an engine in Milvus refuses: its client is told with a status of its own, and what it was is in the log."""

import contextlib
from pathlib import Path

import pytest

from api.http.errors import answer_to
from index.documents import Document
from index.engine import EngineRefused
from index.library import Library
from index.metadata import Metadata
from milvus_lite import MilvusLite
from three_texts import DOCUMENTS, HARBOUR, document, words
from word_embedder import WordEmbedder

pytest.importorskip("pymilvus", reason="pymilvus is not installed")

from index.milvus.address import Address
from index.milvus.calls import Calls
from index.milvus.engine import MilvusEngine
from index.milvus.records import TooDense, TooMuchSaid
from index.milvus.root import Roots
from index.milvus.schema import MOST_VECTORS
from places_in_milvus import place_on


def test_what_the_engine_refuses_is_unavailable_and_logged(
    milvus: MilvusLite, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.closing(Calls(Address(milvus.uri))) as calls:
        calls.run(lambda client: client.create_collection("refusing", dimension=4))
        with pytest.raises(EngineRefused) as caught:
            calls.some("refusing", "what no expression is", [], 1)
        calls.drop("refusing")
    assert "what no expression is" in caplog.text
    assert "what no expression is" not in str(caught.value)
    assert answer_to(caught.value).status_code == 503


def test_more_metadata_than_it_keeps_is_the_client_s_mistake(milvus: MilvusLite, tmp_path: Path) -> None:
    said = Metadata.of({f"name {number}": "w" * 1000 for number in range(64)})
    with place_on(milvus.uri, tmp_path) as place:
        library = place.open(words())
        with pytest.raises(TooMuchSaid) as caught:
            library.add([Document.from_text(HARBOUR, title="Harbour", source="harbour.txt", metadata=said)])
        assert answer_to(caught.value).status_code == 422
        assert library.document_count == 0


def test_a_text_too_dense_for_it_is_the_client_s_mistake_and_nothing_of_it_is_written(milvus: MilvusLite) -> None:
    dense = document("Rain fell. " * MOST_VECTORS)
    address = Address(milvus.uri, prefix="dense")
    boundless = WordEmbedder("storm", "crew", max_tokens=3 * MOST_VECTORS)
    with contextlib.closing(Library(MilvusEngine(address, boundless))) as library:
        library.add(DOCUMENTS[:1])
        with pytest.raises(TooDense, match=f"and {MOST_VECTORS} sentences") as caught:
            library.add([*DOCUMENTS, dense])
        assert answer_to(caught.value).status_code == 422
        assert dense.id in str(caught.value)
        assert [one.id for one in library.summaries()] == [DOCUMENTS[0].id]
        with contextlib.closing(Calls(address)) as calls:
            assert calls.count(Roots(calls).current().names.documents, 'kind == "draft"') == 1
