"""The snapshot in use, and how it follows the store."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence

from index.progress import Progress, silent
from index.snapshot import Derived, Snapshot
from index.store import Store
from index.turns import Turns


def opened(store: Store, derived: Derived, turn: Turns, progress: Progress) -> Snapshot:
    """A snapshot to begin with; where the files are behind made anew, or, while another writes, the one before."""
    snapshot = derived.read(store)
    if snapshot is None and turn.taken:
        snapshot = derived.read(store, stale=True)
    if snapshot is None:
        with turn:
            snapshot = fresh(store, derived, progress)
    return snapshot


def fresh(store: Store, derived: Derived, progress: Progress) -> Snapshot:
    """The snapshot of what the store holds now, for who has the turn."""
    return derived.read(store) or derived.rebuild(store, progress)


class Present:
    """What questions are answered from now: immutable for readers, replaced as a whole by writers.

    ``require`` is called before another process's work is taken over, and raises where it cannot be read.
    """

    def __init__(
        self, store: Store, derived: Derived, turn: Turns, snapshot: Snapshot, *, require: Callable[[], None]
    ) -> None:
        self._store = store
        self._derived = derived
        self._turn = turn
        self._snapshot = snapshot
        self._require = require
        self._swap = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """The one in use, which may be behind what another process wrote."""
        return self._snapshot

    def current(self) -> Snapshot:
        """The snapshot to read: another process's, as soon as it has written its files."""
        if self._behind and self._refreshing.acquire(blocking=False):  # the others go on with what they have
            try:
                self._require()
                written = self._derived.read(self._store)
                if written:
                    self._adopt(written)
            finally:
                self._refreshing.release()
        return self._snapshot

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A writer's turn, on top of whatever another process wrote before it."""
        with self._turn:
            if self._behind:
                self._require()
                self._adopt(fresh(self._store, self._derived, silent))
            yield

    def follow(self, removed: Sequence[int] = ()) -> None:
        """Take over what was written in this turn: new passages, and those that were ``removed``."""
        if removed:
            self._adopt(self._derived.exchange(self._snapshot, self._store, removed))
        elif self._behind:
            self._adopt(self._derived.extend(self._snapshot, self._store))

    def checkpoint(self) -> None:
        """Write the files where they are behind; where another process has written, they are its own affair."""
        if self._derived.holds(self._snapshot) or self._behind:
            return
        with self._turn:
            if self._behind:
                return
            if len(self._snapshot.lexical) == self._store.passage_count():
                self._derived.write(self._snapshot)
            else:  # somebody took the files away while they were in use
                self._snapshot = self._derived.rebuild(self._store, silent)

    @property
    def _behind(self) -> bool:
        return self._store.generation != self._snapshot.generation

    def _adopt(self, snapshot: Snapshot) -> None:
        with self._swap:
            if snapshot.generation > self._snapshot.generation:
                self._snapshot = snapshot
