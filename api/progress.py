"""Progress bars on standard error, for work that a person waits for."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from index.progress import Progress as Report


@contextlib.contextmanager
def progress_bars(console: Console) -> Iterator[Report]:
    """Yield what long work reports to: one bar a stage on a terminal, one line a stage elsewhere."""
    bars: dict[str, TaskID] = {}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(stage, total=total or None)
                if not console.is_terminal and done < max(total, 1):
                    console.print(f"{stage} …", highlight=False)
            progress.update(bars[stage], completed=done, total=total or None)

        yield report
