"""Whoever waits sees how far the work is."""

import io

from rich.console import Console
from rich.progress import Progress

from api.terminal.progress import Rate, progress_bars


def test_a_rate_is_steps_a_second_once_there_are_some() -> None:
    now = [0.0]
    progress = Progress(Rate(), get_time=lambda: now[0])
    task = progress.add_task("Adding files", total=10)
    assert Rate().render(progress.tasks[0]).plain == ""
    for now[0] in (1.0, 2.0, 3.0):
        progress.advance(task, 2)
    assert Rate().render(progress.tasks[0]).plain == "2.0/s"


def test_a_stage_is_one_line_where_there_is_no_terminal() -> None:
    written = io.StringIO()
    with progress_bars(Console(file=written, width=80)) as report:
        for done in range(3):
            report("Adding files", done, 2)
    assert written.getvalue() == "Adding files …\n"
