"""Calls to a Milvus server: bounded in time, made again where that helps, and what their failures mean."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import grpc
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from index.errors import PinciteError
from index.milvus.address import Address

READ_SECONDS, WRITE_SECONDS = 10.0, 60.0
"""How long a call may take before the engine counts as gone."""
ROWS = 256
"""Rows of one request; of passages, about 4 MB."""
KEYS = 1000
"""Keys of one request."""
NOT_LOADED, NOT_FOUND = 101, 100
"""Codes of Milvus' errors: a collection is not in memory, after a restart say; there is none of that name."""

Row = Mapping[str, Any]
S = TypeVar("S")
T = TypeVar("T")
logging.getLogger("pymilvus").setLevel(
    logging.CRITICAL
)  # it logs every failure with a traceback, and raises it too


class EngineUnavailable(PinciteError):
    """The engine cannot be reached, or does not answer in time."""


class EngineRefused(PinciteError):
    """The engine answers, and does not do what it was asked."""


class EngineChanged(PinciteError):
    """What a question was being answered from was removed meanwhile."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was removed while the question was being answered", remedy="ask again")


class Missing(Exception):
    """There is no collection of that name."""


class Calls:
    """One server, for any number of threads; connected when it is first needed, and again after it was gone."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._guard = threading.Lock()
        self._client: MilvusClient | None = None

    def close(self) -> None:
        """Let go of the connection."""
        with self._guard:
            client, self._client = self._client, None
        if client:
            client.close()

    def client(self) -> MilvusClient:
        """The client itself, for what is done once; other calls go through ``run``."""
        with self._guard:
            if self._client is None:
                address = self.address
                self._client = MilvusClient(uri=address.uri, token=address.token, timeout=READ_SECONDS)
            return self._client

    def run(self, call: Callable[[MilvusClient], T], *, loading: Sequence[str] = ()) -> T:
        """What ``call`` returns; where one of the collections is not in memory any more, they are loaded first.

        Raises:
            EngineUnavailable: the server cannot be reached, or takes too long.
            EngineRefused: it answers with another error.
            Missing: it has no collection of that name.
        """
        try:
            try:
                return call(self.client())
            except MilvusException as error:
                if error.code != NOT_LOADED:
                    raise
                for name in loading:
                    self.client().load_collection(name, timeout=WRITE_SECONDS)
                return call(self.client())
        except MilvusException as error:
            raise self._meaning(error) from error
        except (grpc.RpcError, grpc.FutureTimeoutError, ValueError, OSError) as error:
            if isinstance(error, ValueError) and "closed" not in str(error):
                raise
            raise self._gone(error) from error

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows, those of known keys anew."""
        for part in _parts(rows, ROWS):
            self.insert_together(name, part)

    def insert_together(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows in one request: all of them are seen, or none."""
        given = [dict(row) for row in rows]
        self.run(lambda client: client.upsert(name, given, timeout=WRITE_SECONDS), loading=[name])

    def delete(self, name: str, keys: Sequence[str]) -> None:
        """Delete the rows of those keys."""
        for part in _parts(keys, KEYS):
            self._delete(name, list(part))

    def get(self, name: str, keys: Sequence[str], fields: Sequence[str]) -> dict[str, Row]:
        """The rows of those keys that are there."""
        return {str(row["key"]): row for part in _parts(keys, KEYS) for row in self._get(name, list(part), fields)}

    def flush(self, name: str) -> None:
        """Let the engine write what it holds in memory, and index it."""
        self.run(lambda client: client.flush(name, timeout=WRITE_SECONDS))

    def drop(self, name: str) -> None:
        """Remove a collection that nobody reads from any more."""
        self.run(lambda client: client.drop_collection(name, timeout=WRITE_SECONDS))

    def all(self, name: str, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows that meet the condition, in no order."""
        iterator = self.run(
            lambda client: client.query_iterator(
                name, batch_size=KEYS, filter=condition, output_fields=["key", *fields], timeout=READ_SECONDS
            ),
            loading=[name],
        )
        try:
            while rows := self.run(lambda _: iterator.next()):
                yield from rows
        finally:
            iterator.close()

    def _delete(self, name: str, keys: list[str]) -> None:
        self.run(lambda client: client.delete(name, ids=keys, timeout=WRITE_SECONDS), loading=[name])

    def _get(self, name: str, keys: list[str], fields: Sequence[str]) -> Sequence[Row]:
        wanted = ["key", *fields]
        return self.run(
            lambda client: client.get(name, ids=keys, output_fields=wanted, timeout=READ_SECONDS), loading=[name]
        )

    def _meaning(self, error: MilvusException) -> Exception:
        text = " ".join(str(error.message).split())[:300]
        if error.code == NOT_FOUND or "not exist" in text or "not found" in text:
            return Missing(text)
        unreachable = ("connect", "unavailable", "deadline", "timeout", "timed out", "retry", "not ready")
        if any(word in text.lower() for word in unreachable):
            return self._gone(error)
        return EngineRefused(f"the engine at {self.address.uri} refused ({text})", remedy="see the engine's log")

    def _gone(self, error: Exception) -> EngineUnavailable:
        logging.getLogger(__name__).warning("the engine at %s does not answer (%s)", self.address.uri, error)
        self.close()
        return EngineUnavailable(
            "the engine that keeps the library cannot be reached",
            remedy="see that Milvus runs at PINCITE_MILVUS_URI, and try again",
        )


def _parts(items: Sequence[S], size: int) -> Iterator[Sequence[S]]:
    return (items[begin : begin + size] for begin in range(0, len(items), size))
