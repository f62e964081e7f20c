"""The collections of a library, and how they are made.

``documents`` is the root: it has a row for each document and one for the library, which names the collections that
belong to it. An alias stands for the one in use, so that another set can be built beside it and put in its place by
one call.
"""

import contextlib
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient
from pymilvus.exceptions import MilvusException
from pymilvus.milvus_client.index import IndexParams

from index.milvus.calls import WRITE_SECONDS

VERSION = 1
TEXT_BYTES = 65_535
"""The longest string that Milvus keeps, in UTF-8."""
MOST_VECTORS = 4096
"""Of a passage: its own, and one a sentence."""
K1, B = 1.2, 0.75
"""BM25 of the search by words, which only proposes passages."""
GRAPH = {"M": 32, "efConstruction": 200}
"""HNSW: neighbours of a vector, and how many are looked at to find them."""
NOTHING = [0.0, 0.0]
"""Milvus wants a vector in every collection."""


@dataclass(frozen=True, slots=True)
class Names:
    """The collections of one set; ``texts`` is shared by all sets of a library."""

    documents: str
    passages: str
    words: str
    texts: str

    @classmethod
    def fresh(cls, prefix: str) -> "Names":
        """Names that nobody has used."""
        token = uuid.uuid4().hex[:8]
        return cls(
            f"{prefix}_documents_{token}",
            f"{prefix}_passages_{token}",
            f"{prefix}_words_{token}",
            f"{prefix}_texts",
        )

    @property
    def own(self) -> tuple[str, str, str]:
        """Those of this set alone."""
        return self.documents, self.passages, self.words


def alias(prefix: str) -> str:
    """What the ``documents`` in use are found by."""
    return f"{prefix}_documents"


def make(client: MilvusClient, names: Names, dimension: int, *, lexical: bool = True) -> None:
    """Make a set of collections, and ``texts`` where there is none; ``lexical`` is for the passages."""
    _collection(client, names.documents, _documents())
    passages_collection(client, names.passages, dimension, lexical=lexical)
    _collection(client, names.words, _words())
    if not client.has_collection(names.texts):
        _collection(client, names.texts, _texts())


def passages_collection(client: MilvusClient, name: str, dimension: int, *, lexical: bool = True) -> None:
    """Make the collection of passages; one that is not ``lexical`` is for a Milvus without BM25, before 2.5."""
    schema = _keyed()
    schema.add_field("document_id", DataType.VARCHAR, max_length=16)
    schema.add_field("edition", DataType.VARCHAR, max_length=16)
    schema.add_field("said", DataType.JSON)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    for field in ("sentences", "lengths", "terms"):
        schema.add_field(field, DataType.VARCHAR, max_length=TEXT_BYTES)
    encoded = 4 * -(-2 * dimension // 3)
    schema.add_field(
        "vectors",
        DataType.ARRAY,
        element_type=DataType.VARCHAR,
        max_capacity=MOST_VECTORS,
        max_length=encoded,
    )
    analyzed = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}} if lexical else {}
    schema.add_field("words", DataType.VARCHAR, max_length=TEXT_BYTES, **analyzed)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=GRAPH)
    if lexical:
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["words"],
                output_field_names=["sparse"],
            )
        )
        params = {"bm25_k1": K1, "bm25_b": B}
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=params)
    _made(client, name, schema, indexes)


def search_effort(limit: int) -> dict[str, int]:
    """How much of the graph a search for ``limit`` vectors looks at.

    Milvus 2.3.5 found all of the ten nearest of thousands of passages with it, with half as much .99 of those in no
    particular direction. Where a filter keeps a tenth it finds .99 of them, and no more with ten times as much.
    """
    return {"ef": max(512, 4 * limit)}


def _documents() -> CollectionSchema:
    schema = _keyed()
    for field, length in (("kind", 16), ("edition", 16), ("title", 16), ("source", 16), ("original", 64)):
        schema.add_field(field, DataType.VARCHAR, max_length=length)
    schema.add_field("position", DataType.INT64)
    schema.add_field("body", DataType.JSON)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    return schema


def _words() -> CollectionSchema:
    schema = _keyed()
    schema.add_field("count", DataType.INT64)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    return schema


def _texts() -> CollectionSchema:
    schema = _keyed()
    schema.add_field("kind", DataType.VARCHAR, max_length=16)
    schema.add_field("made", DataType.INT64)
    schema.add_field("text", DataType.VARCHAR, max_length=TEXT_BYTES)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    return schema


def _keyed() -> CollectionSchema:
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, max_length=80, is_primary=True)
    return schema


def _collection(client: MilvusClient, name: str, schema: CollectionSchema) -> None:
    indexes = client.prepare_index_params()
    indexes.add_index("nothing", index_type="FLAT", metric_type="L2")
    _made(client, name, schema, indexes)


def _made(client: MilvusClient, name: str, schema: CollectionSchema, indexes: IndexParams) -> None:
    """Make one; what another process makes at the same moment, or a call made twice has made, is as good."""
    with _there_already():
        client.create_collection(name, schema=schema, consistency_level="Strong", timeout=WRITE_SECONDS)
    deadline = time.monotonic() + WRITE_SECONDS
    while not client.has_collection(name, timeout=WRITE_SECONDS) and time.monotonic() < deadline:
        time.sleep(0.05)
    with _there_already():
        # there is nothing to index yet: pymilvus would look after half a second whether that is done
        client.create_index(name, indexes, sync=False, timeout=WRITE_SECONDS)
    client.load_collection(name, timeout=WRITE_SECONDS)


@contextlib.contextmanager
def _there_already() -> Iterator[None]:
    try:
        yield
    except MilvusException as error:
        if "exists" not in str(error):
            raise
