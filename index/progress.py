"""How long work tells its caller how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``, in the stage's own units, from the working thread."""


def silent(stage: str, done: int, total: int) -> None:
    """Ignore the report: the default where nobody watches."""
