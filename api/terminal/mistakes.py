"""A mistake as one line on standard error."""

from rich.console import Console


def complain(err: Console, message: str) -> None:
    """Print ``message`` as Pincite's, in one line, whatever is in it."""
    line = " ".join(message.encode("utf-8", "replace").decode().split())
    err.print(f"pincite: {line}", highlight=False, markup=False, soft_wrap=True)
