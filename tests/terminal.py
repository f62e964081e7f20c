"""A terminal of 24 rows and 80 columns in which a command runs, and what a person sees on it."""

import contextlib
import time
from collections.abc import Callable, Iterator

import pexpect
import pyte

ROWS, COLUMNS = 24, 80
WAIT_SECONDS = 60


class _Screen(pyte.HistoryScreen):
    """A screen that answers the program, as terminals do when they are asked where the cursor is."""

    answer: Callable[[str], object]

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class Terminal:
    """A command on a pseudo-terminal; what it writes is drawn as a terminal draws it."""

    def __init__(self, command: str, *arguments: str, env: dict[str, str]) -> None:
        self._process = pexpect.spawn(
            command, list(arguments), env={**env, "TERM": "xterm-256color"}, dimensions=(ROWS, COLUMNS), timeout=5
        )
        self._screen = _Screen(COLUMNS, ROWS, history=10_000, ratio=1)
        self._screen.answer = self._process.send
        self._stream = pyte.ByteStream(self._screen)

    def rows(self) -> list[str]:
        """What is on the screen, without the spaces at the rows' ends and the empty rows below."""
        return "\n".join(row.rstrip() for row in self._screen.display).rstrip().splitlines()

    def marked(self, attribute: str) -> str:
        """The characters on the screen that have an attribute, such as ``reverse`` or ``bold``."""
        return "".join(
            cell.data
            for row in range(ROWS)
            for cell in (self._screen.buffer[row][column] for column in range(COLUMNS))
            if getattr(cell, attribute)
        )

    def colours(self) -> set[str]:
        """The colours on the screen."""
        return {self._screen.buffer[row][column].fg for row in range(ROWS) for column in range(COLUMNS)}

    def type(self, keys: str) -> None:
        self._process.send(keys)

    def wait_for(self, seen: str, *, gone: str = "") -> list[str]:
        """Wait until a row holds ``seen`` and none holds ``gone``; the rows then."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            rows = self.rows()
            if any(seen in row for row in rows) and not (gone and any(gone in row for row in rows)):
                return rows
            assert time.monotonic() < deadline, "\n".join(rows)
            self._draw()

    def settle(self) -> list[str]:
        """Wait until nothing more is written for a moment; the rows then."""
        while self._draw():
            pass
        return self.rows()

    def ended(self) -> int:
        """Wait for the end of the command; its status."""
        deadline = time.monotonic() + WAIT_SECONDS
        while self._process.isalive():
            assert time.monotonic() < deadline, "\n".join(self.rows())
            self._draw()
        self._draw()
        return int(self._process.exitstatus)

    def close(self) -> None:
        self._process.close(force=True)

    def _draw(self) -> bool:
        try:
            self._stream.feed(self._process.read_nonblocking(65536, timeout=0.3))
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        return True


@contextlib.contextmanager
def terminal(command: str, *arguments: str, env: dict[str, str]) -> Iterator[Terminal]:
    """A terminal that is closed at the end, whatever happens."""
    opened = Terminal(command, *arguments, env=env)
    try:
        yield opened
    finally:
        opened.close()
