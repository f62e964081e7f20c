"""Progress bars on standard error, for work that a person waits for."""

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from index.progress import Progress as Report


class Rate(ProgressColumn):
    """How many steps a second."""

    def render(self, task: Task) -> Text:
        """The rate as text; empty before there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "", style="progress.data.speed")


@contextlib.contextmanager
def progress_bars(console: Console) -> Iterator[Report]:
    """Yield what long work reports to: one bar a stage on a terminal, one line a stage elsewhere."""
    bars: dict[str, TaskID] = {}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(stage, total=total or None)
                if not console.is_terminal and done < max(total, 1):
                    console.print(f"{stage} …", highlight=False)
            progress.update(bars[stage], completed=done, total=total or None)

        yield report
