"""Heavy work in a process of its own: what it imports and holds is gone when it is done."""

import contextlib
import importlib
import json
import os
import subprocess
import sys
from typing import Any

from index.errors import PinciteError
from index.progress import Progress, silent

INTERRUPTED = 130
"""The status of a process that Ctrl-C has ended."""


class EndedEarly(PinciteError):
    """The process ended before its work was done: for want of memory, say."""


def apart(module: str, *arguments: str, progress: Progress = silent) -> Any:
    """What ``work(arguments, progress)`` of ``module`` returns in a process of its own, if JSON can say it.

    What the work prints goes to standard error.

    Raises:
        PinciteError: whatever the work has raised, of the same type.
        EndedEarly: the process ended before.
    """
    script = f"from index.apart import serve; serve({module!r})"
    paths = os.pathsep.join(filter(None, sys.path))  # so that it finds the same modules
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
        encoding="utf-8",
    )
    with process:
        try:
            for line in process.stdout or ():
                record = json.loads(line)
                if "progress" in record:
                    progress(*record["progress"])
                elif "error" in record:
                    raise _error(*record["error"])
                else:
                    return record["result"]
        except BaseException:
            process.terminate()
            raise
    raise EndedEarly(
        f"a process that {module} ran in ended with status {process.returncode} before its work was done",
        remedy="see that there is memory for it, 1.5 GB, and try again",
    )


def serve(module: str) -> None:
    """Do the work, in the process of its own, and tell the one that waits how far it is and what came of it."""
    told, sys.stdout = sys.stdout, sys.stderr

    def tell(**record: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody waits any more
            print(json.dumps(record), file=told, flush=True)

    try:
        work = importlib.import_module(module).work
        result = work(sys.argv[1:], lambda *report: tell(progress=report))
    except PinciteError as error:
        tell(error=[type(error).__module__, type(error).__qualname__, error.problem, error.remedy])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    else:
        tell(result=result)


def _error(module: str, name: str, problem: str, remedy: str) -> PinciteError:
    """The error that was raised there; where its type takes other arguments, one of their common root."""
    kind = getattr(importlib.import_module(module), name)
    try:
        error: PinciteError = kind(problem, remedy=remedy)
    except TypeError:
        return PinciteError(problem, remedy=remedy)
    return error
