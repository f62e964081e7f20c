"""The connections of threads that come and go."""

import threading
from pathlib import Path

from index.database import Database


def open_files(path: Path) -> int:
    """How often this process has the file open."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            found += link.readlink() == path
        except FileNotFoundError:  # the one that lists the others
            continue
    return found


def test_a_thread_that_has_ended_leaves_no_connection_behind(tmp_path: Path) -> None:
    """A server's threads come and go: each would keep two open files, and what it had read."""
    path = tmp_path / "library.sqlite3"
    database = Database(path)
    database.made()

    def read() -> None:
        with database.reading():
            assert database.execute("SELECT count(*) FROM documents").fetchone() == (0,)

    for _ in range(20):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert open_files(path) <= 2  # SQLite keeps a closed one, to use it again
    database.close()
    assert open_files(path) == 0
