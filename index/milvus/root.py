"""The library's own row: which collections belong to it, of which model they are, and how often it has changed."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from pymilvus.exceptions import MilvusException

from index.database import UnusableStore
from index.embedding import Embedder
from index.milvus.calls import WRITE_SECONDS, Calls, Missing, Row
from index.milvus.records import Place, body_of, marker
from index.milvus.schema import VERSION, Names, alias, make

KEY = "library"
MOVING, BUILT = "moving", "built"
"""Marks: since when, in microseconds, writers wait for another set; which Pincite is making this one."""
MOVING_SECONDS = 60
"""After so long whoever made them wait, or wrote to such a set, has been interrupted."""


@dataclass(frozen=True, slots=True)
class Root:
    """One state of that row. ``generation`` is a time in microseconds, later after every change."""

    names: Names
    generation: int
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Of the model that the vectors are of."""
        return self.meta["fingerprint"]

    @property
    def version(self) -> str:
        """Generation and model."""
        return f"{self.generation}-{self.fingerprint}"

    @property
    def moving(self) -> bool:
        """Whether writers have to wait, for the library is about to be another set of collections."""
        return now() - int(self.meta.get(MOVING, "0")) < MOVING_SECONDS * 1_000_000

    @property
    def row(self) -> Row:
        """As it is kept."""
        body = {"schema": VERSION, "generation": self.generation, **asdict(self.names), "meta": dict(self.meta)}
        return marker(KEY, KEY, "", 0, body)

    def changed(self, meta: Mapping[str, str], *, least: int = 0) -> "Root":
        """The next state, of at least that generation."""
        return replace(self, generation=max(self.generation + 1, least, now()), meta={**self.meta, **meta})


@dataclass(slots=True)
class View:
    """What a thread holds on to: a state, and where it has found documents; a writer looks each time."""

    root: Root
    known: dict[str, Place] | None


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


class Roots:
    """Reads the row when it is asked for; a thread may hold on to one state for a while."""

    def __init__(self, calls: Calls, bound: Root | None = None) -> None:
        """With ``bound`` it is that state for ever."""
        self._calls = calls
        self._bound = bound
        self._here = threading.local()

    def current(self) -> Root:
        """The state that this thread holds on to, or the one that there is now.

        Raises:
            UnusableStore: another version of Pincite has made it, or there is none any more.
        """
        return self._bound or (self.view.root if self.view else self._read())

    def latest(self) -> Root:
        """The state that there is now, whatever this thread holds on to."""
        return self._bound or self._read()

    @property
    def view(self) -> View | None:
        """What this thread holds on to."""
        found: View | None = getattr(self._here, "view", None)
        return found

    @contextlib.contextmanager
    def held(self, *, fresh: bool = False) -> Iterator[Root]:
        """Inside, ``current`` is one state: the one that is held already, or a ``fresh`` one."""
        before = self.view
        self._here.view = View(self._read(), known=None if fresh else {}) if fresh or before is None else before
        try:
            yield self._here.view.root
        finally:
            self._here.view = before

    def hold(self, root: Root) -> None:
        """Go on with that state, where this thread holds on to one."""
        if self.view:
            self.view.root = root

    def opened(self, embedder: Embedder) -> Root:
        """What there is; a new library of ``embedder``'s vectors where there is none.

        Where another process makes one at the same moment, it is that one's.
        """
        with contextlib.suppress(Missing):
            return self._read()
        prefix = self._calls.address.prefix
        names = Names.fresh(prefix)
        self._calls.run(lambda client: make(client, names, embedder.dimension))
        self._calls.insert(names.documents, [Root(names, now(), {"fingerprint": embedder.fingerprint}).row])
        try:
            self._calls.client().create_alias(names.documents, alias(prefix), timeout=WRITE_SECONDS)
        except MilvusException:
            self.drop(names)
        return self._read()

    def point(self, names: Names) -> None:
        """Let the library be those collections from now on."""
        prefix = self._calls.address.prefix
        self._calls.run(lambda client: client.alter_alias(names.documents, alias(prefix), timeout=WRITE_SECONDS))

    def beside(self) -> list[Root]:
        """The sets of this library that are not in use: one is being made, or was when somebody was interrupted."""
        prefix = alias(self._calls.address.prefix)
        names = self._calls.run(lambda client: client.list_collections(timeout=WRITE_SECONDS))
        found = [root for name in names if name.startswith(f"{prefix}_") and (root := self._root_in(name))]
        used = self.latest().names
        return [root for root in found if root.names != used]

    def drop(self, names: Names) -> None:
        """Remove collections that nobody reads from any more."""
        for name in names.own:
            self._calls.drop(name)

    def _read(self) -> Root:
        root = self._root_in(alias(self._calls.address.prefix))
        if root is None:
            raise UnusableStore(
                "the engine's library has no record of itself", remedy="set another PINCITE_MILVUS_PREFIX"
            )
        return root

    def _root_in(self, collection: str) -> Root | None:
        row = self._calls.get(collection, [KEY], ["body"]).get(KEY)
        if row is None:
            return None
        body = body_of(row)
        if body["schema"] != VERSION:
            raise UnusableStore(
                f"the engine's library has schema {body['schema']}, this Pincite reads {VERSION}",
                remedy="use the Pincite that made it, or set another PINCITE_MILVUS_PREFIX",
            )
        names = Names(body["documents"], body["passages"], body["words"], body["texts"])
        return Root(names, body["generation"], body["meta"])
