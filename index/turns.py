"""Whose turn it is to write in a library's folder."""

import threading
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import PinciteError

WAIT_SECONDS = 60


class LibraryBusy(PinciteError):
    """Another process has been changing the library for too long."""


class UnusableFolder(PinciteError):
    """The library's folder cannot be made or written."""


class Turns:
    """One writer at a time, among this process's threads and among processes; a context manager.

    Raises:
        UnusableFolder: the folder cannot be made or written; on entering, not any more.
        LibraryBusy: on entering, where another process does not finish.
    """

    def __init__(self, folder: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
        require_writable(folder)
        self._folder = folder
        self._wait_seconds = wait_seconds
        self._threads = threading.Lock()
        self._processes = FileLock(folder / "library.lock", timeout=wait_seconds, thread_local=False)

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            self._processes.acquire()
        except Timeout:
            self._threads.release()
            raise LibraryBusy(
                f"another process has been changing the library in {self._folder} for {self._wait_seconds:g} s",
                remedy="wait until it is done and try again",
            ) from None
        except OSError as error:
            self._threads.release()
            raise UnusableFolder(
                f"the library's folder cannot be written any more ({error.strerror})",
                remedy="make it writable, and try again",
            ) from error
        except BaseException:  # Ctrl-C while waiting must not leave this process's own turn taken
            self._threads.release()
            raise

    @property
    def taken(self) -> bool:
        """Whether somebody is writing now, in another process or in this one."""
        try:
            with FileLock(self._processes.lock_file, timeout=0, thread_local=False):
                return False
        except Timeout:
            return True

    def __exit__(self, *_: object) -> None:
        self._processes.release()
        self._threads.release()


def require_writable(folder: Path) -> None:
    """Make ``folder`` where it is missing, and try to write in it.

    Raises:
        UnusableFolder: that fails.
    """
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may be trying at the same moment
    except OSError as error:
        raise UnusableFolder(
            f"the library's folder {folder} cannot be written ({error.strerror})",
            remedy="make it writable, or set PINCITE_DATA to another folder",
        ) from error
