"""What questions are answered from now, and how it follows the store."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.database import DATABASE, DamagedStore
from index.embedding import Embedder
from index.fingerprints import Fitting, Opener
from index.progress import Progress, silent
from index.snapshot import Derived, Snapshot
from index.store import Store
from index.turns import Turns, UnusableFolder

logger = logging.getLogger(__name__)


def require_database(folder: Path) -> None:
    """See that a library which once was there still is: SQLite takes an empty file for a new database.

    Raises:
        DamagedStore: its database is missing or empty.
    """
    database = folder / DATABASE
    if Derived(folder, 0).generation() and not (database.is_file() and database.stat().st_size):
        raise DamagedStore(
            f"the database {database} is damaged (it is missing or empty, and its indexes are there)",
            remedy="restore a backup with 'pincite restore FILE --force', or remove indexes.stamp to begin anew",
        )


@dataclass(frozen=True, slots=True)
class View:
    """What one question is answered from: a snapshot, and the embedder of its vectors."""

    snapshot: Snapshot
    embedder: Embedder

    @property
    def version(self) -> str:
        """Generation and model."""
        return f"{self.snapshot.generation}-{self.embedder.fingerprint}"


class Present:
    """The view in use: immutable for readers, replaced as a whole by writers, this process's or another's."""

    def __init__(
        self, store: Store, folder: Path, embedder: Embedder, *, opener: Opener | None, progress: Progress
    ) -> None:
        """Open the indexes in ``folder``; those that are behind are made anew, or wait while another writes.

        Raises:
            OtherModel: the store's vectors are not this embedder's.
        """
        self._store = store
        self._folder = folder
        self._turn = Turns(folder)
        if store.meta("fingerprint") is None:
            with self._turn, store.transaction():
                store.set_meta("fingerprint", embedder.fingerprint)
        Fitting(store, embedder, None).embedder()  # a model is changed under a running process alone
        self._fitting = Fitting(store, embedder, opener)
        self._swap = threading.Lock()
        self._refreshing = threading.Lock()
        self._here = threading.local()
        self._view = self._held() or (self._turn.taken and self._held(stale=True)) or self._made(progress)

    @property
    def view(self) -> View:
        """The one in use, which may be behind what another process wrote."""
        return self._view

    def current(self) -> View:
        """The view to read: another process's, as soon as it has written its files.

        Raises:
            OtherModel: another process has embedded everything anew by a model that cannot be opened here.
        """
        if self._void(self._view):
            with self._refreshing:  # nothing is left to go on with: wait for what was put in its place
                if self._void(self._view):
                    self._adopt(self._held(stale=True) or self._made(silent))
        elif self._behind and self._refreshing.acquire(blocking=False):  # the others go on with what they have
            try:
                written = self._held()
                if written:
                    self._adopt(written)
            finally:
                self._refreshing.release()
        return self._view

    @contextlib.contextmanager
    def reading(self) -> Iterator[View]:
        """A view, and reads of the store inside that are of one state, which it fits."""
        held: View | None = getattr(self._here, "view", None)
        if held:
            yield held
            return
        while True:
            view = self.current()
            with self._store.reading():
                if not self._void(view):
                    yield view
                    return

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """Everything that this thread reads inside is of one view, and of one state of the store."""
        with self.reading() as view:
            within = getattr(self._here, "view", None)
            self._here.view = view
            try:
                yield
            finally:
                self._here.view = within

    @contextlib.contextmanager
    def writing(self) -> Iterator[Embedder]:
        """A writer's turn, on top of whatever another process wrote before it, and the embedder to write with.

        At its end the indexes have what was written in it.
        """
        with self._turn:
            if self._behind:
                self._adopt(self._fresh(silent))
            try:
                yield self._view.embedder
            finally:
                self._follow()

    def _follow(self) -> None:
        """Take over what was written in this turn: new passages, and those that were removed."""
        view, removed = self._view, self._store.removed()
        if removed:
            snapshot = self._derived(view.embedder).exchange(view.snapshot, self._store, removed)
        elif self._behind:
            snapshot = self._derived(view.embedder).extend(view.snapshot, self._store)
        else:
            return
        self._adopt(View(snapshot, view.embedder))

    def checkpoint(self) -> None:
        """Write the files where they are behind; where another process has written, they are its own affair.

        Where they cannot be written, the next use of the library makes them anew.
        """
        if self._derived(self._view.embedder).holds(self._view.snapshot) or self._behind:
            return
        try:
            with self._turn:
                if not self._behind:
                    view = self._view
                    snapshot = self._derived(view.embedder).kept(view.snapshot, self._store)
                    self._view = View(snapshot, view.embedder)
        except UnusableFolder as error:
            logger.warning("the index files cannot be written, the next start makes them anew (%s)", error)

    def _derived(self, embedder: Embedder) -> Derived:
        return Derived(self._folder, embedder.dimension)

    def _held(self, *, stale: bool = False) -> View | None:
        """What is in the files, None where they do not fit the store."""
        embedder = self._fitting.embedder()
        snapshot = self._derived(embedder).read(self._store, stale=stale)
        if snapshot is None:
            return None
        view = View(snapshot, embedder)
        # asked again, for others may write: files of another model are there only after the store is of that model
        return None if self._void(view) or not self._fitting.fits(embedder) else view

    def _made(self, progress: Progress) -> View:
        """What the store holds, once nobody writes."""
        with self._turn:
            return self._fresh(progress)

    def _fresh(self, progress: Progress) -> View:
        """What the store holds now, for who has the turn."""
        held = self._held()
        if held:
            return held
        embedder = self._fitting.embedder()
        if self._store.passage_count():
            logger.warning("the indexes are missing, damaged or behind the store: they are made anew from it")
        return View(self._derived(embedder).rebuild(self._store, progress), embedder)

    @property
    def _behind(self) -> bool:
        return self._store.generation != self._view.snapshot.generation

    def _void(self, view: View) -> bool:
        """Whether passages have other ids since."""
        return self._store.renumbered > view.snapshot.generation

    def _adopt(self, view: View) -> None:
        with self._swap:
            if view.snapshot.generation > self._view.snapshot.generation:
                self._view = view
