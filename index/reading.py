"""A connection that reads a library's database and cannot change it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.store import UnusableStore

BUSY_SECONDS = 30


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of one thread's own to the database at ``path``, for as long as the block runs.

    Raises:
        UnusableStore: it is not there or cannot be read, also where that comes out only inside the block.
    """
    try:
        with contextlib.closing(_opened(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise UnusableStore(
            f"the database {path} cannot be read ({error})",
            remedy="check that it is there and is a library's, or put a backup in its place with 'pincite restore'",
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
