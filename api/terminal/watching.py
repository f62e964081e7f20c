"""``pincite add --watch``: a folder kept in step, with a line for each thing that was done."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles
from rich.console import Console

from api.terminal.adding import line_of, plain_line
from api.terminal.local import open_local
from api.terminal.progress import progress_bars
from index.adding import Outcome
from index.errors import PinciteError
from index.metadata import Metadata
from index.watching import Removed, Watching

TICK_MS = 1000
"""How long to wait before files that may still be being written are looked at again."""
QUIET_MS = 200
"""A look begins when nothing has changed for so long, or after 1.6 s of changes."""


class Unwatchable(PinciteError):
    """The system does not tell of changes there."""


def watch_paths(paths: Sequence[Path], *, glob: str, metadata: Metadata, err: Console) -> None:
    """Keep the local library in step with ``paths`` until Ctrl-C; ``metadata`` are said of all that comes.

    Raises:
        PinciteError: a path names nothing, or the library cannot be written.
    """
    library = open_local(err)
    try:
        watching = Watching(library, paths, glob=glob, metadata=metadata)
        with progress_bars(err) as progress:
            for one in watching.step(progress=progress):
                _say(one)
        err.print("in step; watching until Ctrl-C", highlight=False)
        for _ in _looks(paths, watching):
            for one in watching.step():
                _say(one)
            library.checkpoint()
    except KeyboardInterrupt:
        err.print("watching has ended", highlight=False)
    finally:
        library.close()


def _looks(paths: Sequence[Path], watching: Watching) -> Iterator[None]:
    """Whenever it is time to look: at the beginning, after changes, and while some file is being written."""
    folders = {path if path.is_dir() else path.absolute().parent for path in paths}
    first = True
    try:
        for changes in watchfiles.watch(
            *folders,
            watch_filter=None,
            step=QUIET_MS,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
        ):
            if first or changes or watching.pending:
                first = False
                yield
    except (OSError, RuntimeError) as error:
        raise Unwatchable(
            f"changes cannot be followed ({error})",
            remedy="set WATCHFILES_FORCE_POLLING=true, or let the system watch more files",
        ) from error


def _say(one: Outcome | Removed) -> None:
    """One line; what is unchanged is not worth any."""
    if isinstance(one, Removed):
        print(f"removed    {', '.join(one.documents) or 'no document'}  {line_of(one.source)}", flush=True)
    elif one.status != "unchanged":
        print(plain_line(one), flush=True)
