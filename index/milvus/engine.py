"""The engine in Milvus: any number of processes share one library."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from index.embedding import Embedder
from index.engine import EngineFailed
from index.fingerprints import Fitting, Opener
from index.milvus.address import Address
from index.milvus.calls import Calls
from index.milvus.committing import Committing
from index.milvus.quotations import MilvusQuotations
from index.milvus.receipts import MilvusReceipts
from index.milvus.root import MOVING_SECONDS, Roots
from index.milvus.search import MilvusSearch
from index.milvus.store import MilvusStore
from index.milvus.traces import MilvusTraces
from index.turns import LibraryBusy

SIDE_BY_SIDE = 16
"""Calls of one process that are made beside those of the threads that ask."""
logger = logging.getLogger(__name__)


class MilvusEngine:
    """The library of one prefix on one server; it holds nothing that another process could not do without.

    Every read sees what was acknowledged before it began, by whichever process. The threads of this one take turns
    to write.
    """

    def __init__(self, address: Address, embedder: Embedder, *, opener: Opener | None = None) -> None:
        """Open the library at ``address``, made if need be.

        Raises:
            EngineUnavailable: there is no server.
            OtherModel: its vectors are not this embedder's.
        """
        self._calls = Calls(address)
        self._roots = Roots(self._calls)
        self._turn = threading.Lock()
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="milvus")
        self.store = MilvusStore(self._calls, self._roots)
        self.traces = MilvusTraces(self.store)
        self.receipts = MilvusReceipts(self.store.places)
        self.quotations = MilvusQuotations(self._calls, self._roots, self.store.places)
        try:
            self._roots.opened(embedder)
            Fitting(self.store, embedder, None).embedder()
        except BaseException:
            self._calls.close()
            raise
        self._fitting = Fitting(self.store, embedder, opener)
        self._committing = Committing(self._calls, self._roots, self.store.places)
        self._written = False
        self._flushed = 0

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""
        return self._roots.current().version

    @contextlib.contextmanager
    def reading(self) -> Iterator[MilvusSearch]:
        """What to search in; the engine has no snapshot of several reads, but every one sees whole transactions."""
        with self._roots.held() as root:
            yield MilvusSearch(self._calls, self.store.places, root, self._fitting.embedder(), self._pool)

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """All that this thread reads inside names one version."""
        with self._roots.held():
            yield

    @contextlib.contextmanager
    def writing(self) -> Iterator[Embedder]:
        """A turn among this process's writers, and the embedder to write with.

        Raises:
            LibraryBusy: the library was embedded anew, and does not become another one.
        """
        with self._turn, self._settled():
            self._written = True
            yield self._fitting.embedder()

    def abandon(self) -> None:
        """Nothing is left by an interrupted embedding anew that a reader could find."""

    def checkpoint(self) -> None:
        """Let the engine write its segments and index them, and clear away what was removed a while ago.

        Where it cannot be reached, that waits for another time.
        """
        if not self._written:
            return
        with _later():
            with self._turn, self._roots.held(fresh=True) as root:
                self._committing.purge()
                self.receipts.purge()
            if root.generation != self._flushed:
                for name in (*root.names.own, root.names.texts):
                    self._calls.flush(name)
                self._flushed = root.generation

    def close(self) -> None:
        """Clear away what this process has removed, and let go of the connection."""
        try:
            if self._written:
                with _later():
                    self._committing.purge(at_once=True)
        finally:
            self._pool.shutdown()
            self._calls.close()

    @contextlib.contextmanager
    def _settled(self) -> Iterator[None]:
        """One state, of a library that is not about to be another one."""
        for _ in range(MOVING_SECONDS):
            with self._roots.held(fresh=True) as root:
                if not root.moving:
                    yield
                    return
            time.sleep(1)
        raise LibraryBusy("the library is being embedded anew", remedy="try again when that is done")


@contextlib.contextmanager
def _later() -> Iterator[None]:
    """Leave to the next writer what the engine does not do now."""
    try:
        yield
    except EngineFailed as error:
        logger.warning("what was removed is not cleared away yet (%s)", error)
