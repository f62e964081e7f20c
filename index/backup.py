"""A library in one file, taken while others write, and put back."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.checking import check_database, dimension, require_schema
from index.database import DATABASE, DamagedStore, UnusableStore
from index.errors import PinciteError
from index.progress import Progress, silent
from index.reading import BUSY_SECONDS, NoDatabase, reading
from index.schema import UPGRADES, bring_up_to_date, version
from index.snapshot import Derived, Snapshot
from index.store import Store
from index.turns import Turns

STAGE_OUT, STAGE_IN = "Writing the backup", "Restoring"
BESIDE = "restoring"
"""The folder, in the library's, in which the indexes are made before they count."""
OLDER = "older"
"""The copy of an older Pincite's backup that is brought up to date there."""
PAGES = 100
"""Pages of the database that are copied between two reports."""


class InTheWay(PinciteError):
    """Something is there that would be replaced."""


class UnwritableBackup(PinciteError):
    """The backup cannot be written where it was to be."""


class DamagedBackup(PinciteError):
    """The file is no sound backup: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a backup holds."""

    documents: int
    passages: int


def back_up(folder: Path, file: Path, *, force: bool = False, progress: Progress = silent) -> Contents:
    """Write the library in ``folder`` to ``file``: one state of it, whoever writes meanwhile; whole or not at all.

    Raises:
        NoDatabase, UnusableStore: there is no library to back up.
        InTheWay: the file is there already, and ``force`` was not given.
        UnwritableBackup: it cannot be written.
    """
    _require_other(file, folder)
    if not file.parent.is_dir():
        raise UnwritableBackup(f"there is no folder {file.parent}", remedy="make it, or name another file")
    if not force:
        _require_absent(file)
    try:
        with _beside(file) as temporary, reading(folder / DATABASE) as library:
            library.execute("BEGIN")
            held = _contents(library)
            with _writing(temporary) as copy:
                _copy(library, copy, STAGE_OUT, progress)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, which opens in a folder that only reads
            _put(temporary, file, force=force)
    except OSError as error:
        raise UnwritableBackup(
            f"the backup {file} cannot be written ({error.strerror})", remedy="check the folder and the disk"
        ) from error
    return held


def restore(file: Path, folder: Path, *, force: bool = False, progress: Progress = silent) -> Contents:
    """Replace the library in ``folder`` by the one in ``file``, once that was checked; at once or not at all.

    Whoever uses the library meanwhile sees it change as by any other write. The indexes are made anew. A backup
    that an older Pincite wrote stays as it is: a copy of it is brought up to date.

    Raises:
        NoDatabase, UnusableStore: the file is no backup, or a newer Pincite's.
        DamagedBackup: it is wrong somewhere.
        InTheWay: the library holds documents, and ``force`` was not given.
        LibraryBusy: another process does not stop writing.
    """
    _require_other(file, folder)
    with _up_to_date(file, folder, progress) as sound:
        report = check_database(sound, progress=progress)
        if report.faults:
            raise DamagedBackup(
                f"the backup {file} is damaged, and nothing was changed: {'; '.join(report.faults[:3])}",
                remedy="restore another one",
            )
        _put_back(sound, folder, force=force, progress=progress)
    return Contents(report.documents, report.passages)


def _put_back(file: Path, folder: Path, *, force: bool, progress: Progress) -> None:
    with Turns(folder):
        store = _usable(folder, force=force)
        try:
            if store.document_ids() and not force:
                raise InTheWay(
                    f"the library in {folder} holds documents",
                    remedy="restore to another folder (PINCITE_DATA), or give --force to replace them",
                )
            for left in folder.glob(f".{DATABASE}.*"):  # by a restore that was killed
                left.unlink(missing_ok=True)
            shutil.rmtree(folder / BESIDE, ignore_errors=True)
            with _beside(folder / DATABASE) as temporary:
                _prepare(file, temporary, 1 + store.generation, progress)
                indexes = _indexed(temporary, folder / BESIDE, progress)
                _copy_over(temporary, folder / DATABASE)
            if indexes and not indexes.in_memory:  # made before, so that nobody who asks has to wait for them
                Derived(folder, indexes.dimension).take(Derived(folder / BESIDE, indexes.dimension), indexes)
            shutil.rmtree(folder / BESIDE, ignore_errors=True)
        finally:
            store.close()


@contextlib.contextmanager
def _up_to_date(file: Path, folder: Path, progress: Progress) -> Iterator[Path]:
    """``file``, or where an older Pincite wrote it, a copy beside the library that has the tables of this one."""
    older = False
    with contextlib.suppress(DamagedStore), reading(file) as backup:  # what is wrong with it, the check says
        older = version(backup) in UPGRADES
    if not older:
        yield file
        return
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f".{OLDER}.*"):  # by a restore that was killed
        left.unlink(missing_ok=True)
    with _beside(folder / OLDER) as copied:
        with reading(file) as backup, _writing(copied) as copy:
            _copy(backup, copy, STAGE_IN, progress)
            bring_up_to_date(copy)
        yield copied


def _usable(folder: Path, *, force: bool) -> Store:
    """The store in ``folder``, empty where there is none; with ``force`` a new one in place of a broken one."""
    path = folder / DATABASE
    try:
        with reading(path) as connection:
            if version(connection) not in UPGRADES:  # which the store brings up to date
                require_schema(connection)
            _contents(connection)
    except NoDatabase:
        pass
    except UnusableStore as error:
        if not force:
            raise InTheWay(
                f"there is something else, or a broken library, in {folder} ({error.problem})",
                remedy="restore to another folder (PINCITE_DATA), or give --force to replace it",
            ) from error
        for each in (path, *_companions(path)):
            each.unlink(missing_ok=True)
    return Store(path)


def _prepare(file: Path, temporary: Path, generation: int, progress: Progress) -> None:
    """A copy of the backup of at least that generation, above all that running processes have seen."""
    with reading(file) as backup, _writing(temporary) as copy:
        _copy(backup, copy, STAGE_IN, progress)
        copy.execute(
            "UPDATE meta SET value = max(CAST(value AS INTEGER) + 1, ?) WHERE key = 'generation'", (generation,)
        )
        copy.execute("INSERT OR REPLACE INTO meta SELECT 'renumbered', value FROM meta WHERE key = 'generation'")


def _copy_over(temporary: Path, database: Path) -> None:
    """Replace what is in ``database``, in one transaction: others who have it open see the one or the other."""
    with _writing(temporary) as copy, _writing(database) as live:
        live.execute("PRAGMA synchronous = FULL")
        copy.backup(live)


def _indexed(database: Path, beside: Path, progress: Progress) -> Snapshot | None:
    """The indexes of ``database``, made in ``beside``; None where it holds no passage."""
    with reading(database) as connection:
        found = dimension(connection)
    if not found:
        return None
    beside.mkdir()
    with contextlib.closing(Store(database)) as store:
        return Derived(beside, found).rebuild(store, progress)


def _contents(connection: sqlite3.Connection) -> Contents:
    query = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
    return Contents(*connection.execute(query).fetchone())


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, stage: str, progress: Progress) -> None:
    def report(_status: int, remaining: int, total: int) -> None:
        progress(stage, total - remaining, total)

    source.backup(target, pages=PAGES, progress=report)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise UnwritableBackup(
            f"{path} cannot be written ({error})", remedy="check the folder and the room on the disk"
        ) from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A temporary file in the same folder; what is left of it at the end is removed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        for each in (temporary, *_companions(temporary)):
            each.unlink(missing_ok=True)


def _companions(path: Path) -> Iterator[Path]:
    return (path.with_name(path.name + suffix) for suffix in ("-journal", "-wal", "-shm"))


def _put(temporary: Path, file: Path, *, force: bool) -> None:
    """Give what is written its name, once it is on disk."""
    _sync(temporary)
    if not force:  # again: the copy may have taken long
        _require_absent(file)
    temporary.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_absent(file: Path) -> None:
    if file.exists():
        raise InTheWay(f"{file} is there already", remedy="name another file, or give --force to replace it")


def _require_other(file: Path, folder: Path) -> None:
    if file.resolve() == (folder / DATABASE).resolve():
        raise InTheWay(f"{file} is the library itself", remedy="name another file")
