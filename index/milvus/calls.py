"""Calls to a Milvus server: bounded in time, made again where that helps, and what their failures mean."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import grpc
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from index.engine import EngineChanged, EngineRefused, EngineUnavailable
from index.milvus.address import Address

CONNECT_SECONDS, READ_SECONDS, WRITE_SECONDS = 2.0, 10.0, 60.0
"""How long to wait for a connection, and for a call, before the engine counts as gone."""
ROWS = 256
"""Rows of one request; of passages, about 4 MB."""
KEYS = 1000
"""Keys of one request."""
NOT_LOADED, NOT_FOUND = 101, 100
"""Codes of Milvus' errors: a collection is not in memory, after a restart say; there is none of that name."""

FAILURES = (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError, OSError)
LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
"""Codes of a connection that is no more; what is asked of a new one may succeed."""
REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
Row = Mapping[str, Any]
S = TypeVar("S")
T = TypeVar("T")
logging.getLogger("pymilvus").setLevel(
    logging.CRITICAL
)  # it logs every failure with a traceback, and raises it too


class Missing(EngineChanged):
    """There is no collection of that name, or not any more."""

    def __init__(self) -> None:
        super().__init__("a collection of the engine's")


class Calls:
    """One server, for any number of threads; connected when it is first needed, and again after it was gone."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._guard = threading.Lock()
        self._client: MilvusClient | None = None
        self._failed = 0.0

    def close(self) -> None:
        """Let go of the connection."""
        self._drop(self._client)

    def client(self) -> MilvusClient:
        """The client itself, for what is done once; other calls go through ``run``."""
        return self._since(time.monotonic())

    def run(self, call: Callable[[MilvusClient], T], *, loading: Sequence[str] = ()) -> T:
        """What ``call`` returns; where one of the collections is not in memory any more, they are loaded first.

        Where the connection is lost, it is asked once more over a new one: every call may be made twice.

        Raises:
            EngineUnavailable: the server cannot be reached, or takes too long.
            EngineRefused: it answers with another error.
            Missing: it has no collection of that name.
        """
        began = time.monotonic()
        client = self._since(began)
        try:
            return _loaded(client, call, loading)
        except FAILURES as error:
            meaning = self._meaning(error, client)
            if not _lost(error):
                raise meaning from error
        client = self._since(began)
        try:
            return _loaded(client, call, loading)
        except FAILURES as error:
            raise self._meaning(error, client) from error

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows, those of known keys anew."""
        for part in parts(rows, ROWS):
            self.insert_together(name, part)

    def insert_together(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows in one request: all of them are seen, or none."""
        given = [dict(row) for row in rows]
        self.run(lambda client: client.upsert(name, given, timeout=WRITE_SECONDS), loading=[name])

    def delete(self, name: str, keys: Sequence[str]) -> None:
        """Delete the rows of those keys."""
        for part in parts(keys, KEYS):
            self._delete(name, list(part))

    def get(
        self, name: str, keys: Sequence[str], fields: Sequence[str], *, fixed: bool = False, late: bool = False
    ) -> dict[str, Row]:
        """The rows of those keys that are there.

        A consistent read waits for the engine's clock, 200 ms by default. Rows that are ``fixed``, never written
        twice, are read without that first; those that are not found so, consistently. ``late`` ones may be those
        of a moment ago.
        """
        how = {"consistency_level": "Eventually"} if fixed or late else {}
        found: dict[str, Row] = {}
        for part in parts(keys, KEYS):
            rows = self._get(name, list(part), fields, **how)
            found.update((str(row["key"]), row) for row in rows)
        missing = [key for key in keys if key not in found] if fixed else []
        return found | self.get(name, missing, fields) if missing else found

    def some(self, name: str, condition: str, fields: Sequence[str], limit: int) -> Sequence[Row]:
        """As many of the rows that meet the condition, or all."""
        wanted = ["key", *fields]
        return self.run(
            lambda client: client.query(
                name, filter=condition, output_fields=wanted, limit=limit, timeout=READ_SECONDS
            ),
            loading=[name],
        )

    def count(self, name: str, condition: str) -> int:
        """How many rows meet the condition."""
        rows = self.run(
            lambda client: client.query(name, filter=condition, output_fields=["count(*)"], timeout=READ_SECONDS),
            loading=[name],
        )
        return int(rows[0]["count(*)"])

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

    def _get(self, name: str, keys: list[str], fields: Sequence[str], **how: str) -> Sequence[Row]:
        wanted = ["key", *fields]
        return self.run(
            lambda client: client.get(name, ids=keys, output_fields=wanted, timeout=READ_SECONDS, **how),
            loading=[name],
        )

    def _since(self, began: float) -> MilvusClient:
        """The client; whose call ``began`` before another thread failed to connect need not try for itself."""
        with self._guard:
            if self._client is None:
                if self._failed > began:
                    raise _unavailable()
                try:
                    self._client = _connected(self.address)
                except FAILURES as error:
                    self._failed = time.monotonic()
                    raise self._meaning(error) from error
            return self._client

    def _drop(self, client: MilvusClient | None) -> None:
        if client is None:
            return
        with self._guard:
            self._client = None if self._client is client else self._client
        client.close()

    def _meaning(self, error: Exception, client: MilvusClient | None = None) -> Exception:
        """What a failed call is told as; where that ends its connection, ``client`` is let go."""
        text = " ".join(str(getattr(error, "message", error)).split())[:300]
        if isinstance(error, ValueError) and "closed" not in text:
            return error
        if isinstance(error, MilvusException):
            if error.code == NOT_FOUND or "not exist" in text or "not found" in text:
                return Missing()
            unreachable = (
                "connect",
                "unavailable",
                "deadline",
                "timeout",
                "timed out",
                "retry",
                "not ready",
                "closed",
            )
            refused = error.code != NOT_LOADED and not any(word in text.lower() for word in unreachable)
        else:
            refused = _code(error) in REFUSED
        if refused:
            logging.getLogger(__name__).warning("the engine refuses (%s)", text)
            return EngineRefused(
                "the engine refuses what it is asked", remedy="see the log, and PINCITE_MILVUS_TOKEN"
            )
        logging.getLogger(__name__).warning("the engine at %s does not answer (%s)", self.address.uri, text)
        self._drop(client)
        return _unavailable()


def _connected(address: Address) -> MilvusClient:
    """A client with a connection of its own, which is not mended: it fails at once when the server is gone."""
    client = MilvusClient(uri=address.uri, token=address.token, timeout=CONNECT_SECONDS, dedicated=True)
    client._get_connection()._on_rpc_error = _not_mended  # else every call waits for its whole time
    return client


def _not_mended(error: Exception) -> bool:
    if _code(error) in LOST:
        raise error
    return False


def _loaded(client: MilvusClient, call: Callable[[MilvusClient], T], loading: Sequence[str]) -> T:
    try:
        return call(client)
    except MilvusException as error:
        if error.code != NOT_LOADED:
            raise
        for name in loading:
            client.load_collection(name, timeout=WRITE_SECONDS)
        return call(client)


def _lost(error: Exception) -> bool:
    """Whether the connection has ended, not only the patience."""
    return _code(error) in LOST or "closed" in str(error)


def _code(error: Exception) -> grpc.StatusCode | None:
    code: grpc.StatusCode | None = error.code() if isinstance(error, grpc.RpcError) else None
    return code


def _unavailable() -> EngineUnavailable:
    return EngineUnavailable(
        "the engine that keeps the library cannot be reached",
        remedy="see that Milvus runs at PINCITE_MILVUS_URI, and try again",
    )


def parts(items: Sequence[S], size: int) -> Iterator[Sequence[S]]:
    """The items in order, so many together."""
    return (items[begin : begin + size] for begin in range(0, len(items), size))
