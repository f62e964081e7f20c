"""The stages of a question, for whoever measures how long each takes."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, get_args

Stage = Literal["search", "read", "judge", "cite"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Stages = Callable[[Stage], AbstractContextManager[object]]
"""Entered when a stage begins and left when it ends, in the thread that does the work."""


def unmeasured(_: Stage) -> AbstractContextManager[object]:
    """Measures nothing."""
    return nullcontext()
