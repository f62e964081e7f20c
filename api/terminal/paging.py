"""A document in the reader's own pager, at the place of a sentence, which is marked."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from api.terminal.rendering import visible

WIDEST = 100
"""Columns of a row: longer ones are hard to read."""
ABOVE = 6
"""Rows that are seen above the sentence."""
AROUND = 8
"""Rows before and behind the sentence that are printed where there is no pager."""
MARKED, PLAIN = "\033[7m", "\033[27m"
"""Reverse video: no colour, so that it is there also under NO_COLOR."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document to be shown; code points ``start`` to ``end`` are marked, none where they are equal."""

    title: str
    text: str
    start: int = 0
    end: int = 0


def page(opened: Opened, console: Console) -> None:
    """Show it in $PAGER, or in less; where there is none, print what stands around the sentence."""
    plain = console.is_dumb_terminal
    rows, first = laid_out(
        opened, width=min(console.width - 1, WIDEST), marks=("", "") if plain else (MARKED, PLAIN)
    )
    command = pager(opened.title, row=max(1, first + 1 - ABOVE))
    if plain or not command:
        shown = rows[max(0, first - AROUND) : first + AROUND + 1]
        print("\n".join(["", opened.title, *shown, ""]))
        return
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            process.communicate("\n".join(rows).encode())
        except KeyboardInterrupt:  # it is the pager's: less stops searching
            process.wait()


def pager(title: str, *, row: int) -> list[str]:
    """The command that shows its input from ``row`` on, counted from 1; empty where there is none."""
    wanted = shlex.split(os.environ.get("PAGER") or "less")
    program = shutil.which(wanted[0]) if wanted else None
    if program is None:
        return []
    name = Path(program).name
    if name == "less":
        said = "".join(f"\\{letter}" if letter in "?:.%\\" else letter for letter in title)
        return [program, *wanted[1:], "-R", f"-Ps{said} (q goes back)", f"+{row}"]
    return [program, *wanted[1:], *([f"+{row}"] if name == "more" else [])]


def laid_out(opened: Opened, *, width: int, marks: tuple[str, str] = (MARKED, PLAIN)) -> tuple[list[str], int]:
    """The text in rows of at most ``width`` code points, and the number of the row where the marked part begins."""
    rows: list[str] = []
    first: int | None = None
    for start, end in _rows(opened.text, width):
        begin, stop = max(start, opened.start), min(end, opened.end)
        text = opened.text
        if begin < stop:
            first = len(rows) if first is None else first
            marked = f"{marks[0]}{visible(text[begin:stop])}{marks[1]}"
            rows.append(f"{visible(text[start:begin])}{marked}{visible(text[stop:end])}")
        else:
            rows.append(visible(text[start:end]))
    return rows, first or 0


def _rows(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each row begins and ends: lines, cut at a space where they are too long."""
    line = 0
    while line <= len(text):
        found = text.find("\n", line)
        end = len(text) if found < 0 else found
        start, stop = line, end - (found > line and text[end - 1] == "\r")
        while stop - start > width:
            cut = text.rfind(" ", start + 1, start + width + 1)
            cut = start + width if cut < 0 else cut
            yield start, cut
            start = cut + (text[cut] == " ")
        yield start, stop
        line = end + 1
