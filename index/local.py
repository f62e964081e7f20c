"""The engine in a folder: SQLite is the truth, FAISS and tantivy find."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from index.database import DATABASE
from index.embedding import Embedder
from index.fingerprints import Opener
from index.present import Present, require_database
from index.progress import Progress, silent
from index.quotations import Quotations
from index.receipts import Receipts
from index.reindexing import abandon
from index.searching import Search
from index.store import Store
from index.traces import StoredTraces
from index.turns import require_writable


class LocalEngine:
    """One folder on this machine.

    Readers use an immutable snapshot; a write makes another and swaps it in once SQLite has the change. Writers
    take turns, also across processes; what another process wrote is read from when it closes its library.
    """

    def __init__(
        self, folder: Path, embedder: Embedder, *, opener: Opener | None, progress: Progress = silent
    ) -> None:
        """Open the library in ``folder``, made if need be; raises as ``Library.local`` does."""
        self.folder = folder
        require_writable(folder)
        require_database(folder)
        self.store = Store(folder / DATABASE)
        self.traces = StoredTraces(self.store)
        self.receipts = Receipts(self.store)
        self.quotations = Quotations(folder / DATABASE)
        try:
            self._present = Present(self.store, folder, embedder, opener=opener, progress=progress)
        except BaseException:
            self.store.close()
            raise

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""
        return self._present.view.version

    @contextlib.contextmanager
    def reading(self) -> Iterator[Search]:
        """What to search in; reads of the store inside are of the same state."""
        with self._present.reading() as view:
            yield Search(self.store, view.embedder, view.snapshot, view.version)

    def still(self) -> contextlib.AbstractContextManager[None]:
        """All that this thread reads inside is of one state."""
        return self._present.still()

    def writing(self) -> contextlib.AbstractContextManager[Embedder]:
        """A writer's turn and the embedder to write with; at its end the indexes follow the store."""
        return self._present.writing()

    def abandon(self) -> None:
        """Remove what an interrupted ``reindex`` has left beside the library."""
        abandon(self.folder)

    def checkpoint(self) -> None:
        """Write the indexes' files where they are behind, so that the next start need not rebuild them.

        Where another process has written since, the files are its own affair.
        """
        self._present.checkpoint()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()
