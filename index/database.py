"""One SQLite file: each thread's own connection to it, its transactions, and what its errors mean."""

import contextlib
import logging
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from index.errors import PinciteError
from index.schema import SCHEMA_VERSION, bring_up_to_date, version

logger = logging.getLogger(__name__)
DATABASE = "library.sqlite3"
"""The database's name in a library's folder."""
RESTORE = "restore a backup with 'pincite restore FILE --force'; 'pincite check' says what is wrong"
FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
LOG_BYTES = 8 << 20
"""From this size on SQLite's log is begun anew after a write."""
BUSY_MS, LOG_BUSY_MS = 30_000, 1000
"""How long a statement waits for others, and how long beginning the log anew does."""
Value = str | float | bytes | None


class UnusableStore(PinciteError):
    """The library's database cannot be opened, read or written."""


class DamagedStore(UnusableStore):
    """The library's database is not what was written: nothing is answered from it, and nothing is mended."""


class DiskFull(PinciteError):
    """There is no room for a change, and none of it was made."""


class Rows(sqlite3.Cursor):
    """What a statement finds, in the file at ``path``; errors while it is fetched are translated too."""

    path: Path

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def fetchone(self) -> Any:
        """The next row, None behind the last one."""
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error


class Own:
    """Holds a thread's connection, and closes it when the thread has ended: a server's threads come and go.

    By itself a connection, which is part of a cycle, stays until the collector of garbage finds it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.known: dict[str, str | None] | None = None

    def __del__(self) -> None:
        self.connection.close()


class Database:
    """A database in WAL mode; every thread has its own connection, one writes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._open: weakref.WeakSet[Own] = weakref.WeakSet()
        self._guard = threading.Lock()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            for own in self._open:
                own.connection.close()
            self._open.clear()
        self._local = threading.local()

    def made(self) -> int:
        """Make the tables in a new database or change an older one's, and return the schema's version."""
        with self._translated():
            connection = self._connection()
            if version(connection) < SCHEMA_VERSION:
                # SQLite does not wait for others who switch the same new file to WAL: one after the other.
                with FileLock(self._path.with_suffix(".new")):
                    return bring_up_to_date(connection)
            return version(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """All writes inside happen together, and are on disk at its end; or none does.

        Raises:
            DiskFull: there is no room for them.
            UnusableStore: they cannot be written.
        """
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # where the disk is full, SQLite may have given up by itself
                    connection.execute("ROLLBACK")
                raise
            self._shorten_log(connection)

    def _shorten_log(self, connection: sqlite3.Connection) -> None:
        """Begin a long log anew: SQLite does so by itself only at a moment in which nobody reads.

        Whoever reads from it now is waited for, and who comes meanwhile reads past it. Where that takes too long,
        the next write tries again.
        """
        try:
            if self._path.with_name(f"{self._path.name}-wal").stat().st_size < LOG_BYTES:
                return
            connection.execute(f"PRAGMA busy_timeout = {LOG_BUSY_MS}")
            try:
                _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if pages * connection.execute("PRAGMA page_size").fetchone()[0] >= LOG_BYTES:  # the file stays long
                    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        except (OSError, sqlite3.Error) as error:  # the write itself is done
            logger.warning("the library's log could not be begun anew (%s)", error)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """All reads of this thread inside are of one state, whatever is written meanwhile."""
        with self._translated():
            own = self._own()
            if own.connection.in_transaction:
                yield
                return
            own.connection.execute("BEGIN")
            own.known = {}
            try:
                yield
            finally:
                own.known = None
                own.connection.execute("ROLLBACK")

    @property
    def known(self) -> dict[str, str | None] | None:
        """What this thread keeps of what it has read since ``reading`` began; None outside."""
        return self._own().known

    def execute(self, query: str, values: Sequence[Value] = ()) -> Rows:
        """Run one statement."""
        with self._translated():
            rows = self._connection().cursor(Rows)
            rows.path = self._path
            return rows.execute(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each row."""
        with self._translated():
            self._connection().executemany(query, rows)

    def _connection(self) -> sqlite3.Connection:
        return self._own().connection

    def _own(self) -> Own:
        own: Own | None = getattr(self._local, "own", None)
        if own is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
            )
            own = Own(connection)
            with self._guard:
                self._open.add(own)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten, not only unlinked
            self._local.own = own
        return own

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self._path) from error


@contextlib.contextmanager
def sound(name: str) -> Iterator[None]:
    """What is read is made of what was stored: SQLite keeps no checksum of it.

    Raises:
        DamagedStore: it cannot be made.
    """
    try:
        yield
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedStore(
            f"the library's database is damaged ({name} is not what was stored)", remedy=RESTORE
        ) from error


def translated(error: sqlite3.Error, path: Path) -> PinciteError:
    """What an error of SQLite's means to whoever uses the library."""
    code = getattr(error, "sqlite_errorcode", 0)  # Python's own errors have none
    if {code, code & 0xFF} & FULL:
        return DiskFull(
            "there is no room left on the library's disk for this change, which was not made",
            remedy="make room on the disk and try again",
        )
    if code & 0xFF in DAMAGED:
        return DamagedStore(
            f"the database {path} is damaged ({error})",
            remedy=RESTORE,
        )
    return UnusableStore(
        f"the database {path} cannot be used ({error})",
        remedy="check that the folder can be written and has room, or set PINCITE_DATA to another",
    )
