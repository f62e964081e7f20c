"""A connection that reads a library's database and cannot change it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.database import translated
from index.errors import PinciteError

BUSY_SECONDS = 30


class NoDatabase(PinciteError):
    """There is no file where a database should be."""


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of one thread's own to the database at ``path``, for as long as the block runs.

    Raises:
        NoDatabase: nothing is there.
        UnusableStore: it cannot be read, also where that comes out only inside the block.
    """
    if not path.is_file():
        raise NoDatabase(f"there is no library's database {path}", remedy="check the path and PINCITE_DATA")
    try:
        with contextlib.closing(_opened(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translated(error, path) from error


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
