"""A place for a library in Milvus; apart, for it needs packages that the default engine does without."""

import contextlib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pymilvus import MilvusClient

from engines import Place
from index.library import Library
from index.milvus.address import Address
from index.milvus.engine import MilvusEngine


@contextmanager
def place_on(uri: str, folder: Path) -> Iterator[Place]:
    """A library of its own on the server there, which is removed afterwards."""
    address = Address(uri, prefix=f"t{uuid.uuid4().hex[:12]}")
    with ExitStack() as closing:
        closing.callback(_drop, address)
        yield Place("milvus", folder / "beside", lambda one: Library(MilvusEngine(address, one)), closing)


def _drop(address: Address) -> None:
    with contextlib.closing(MilvusClient(address.uri)) as client:
        for name in client.list_collections():
            if name.startswith(address.prefix):
                for alias in client.list_aliases(name)["aliases"]:
                    client.drop_alias(alias)
                client.drop_collection(name)
