"""A mistake as one line on standard error."""

import re

from rich.console import Console

_ELSEWHERE = {
    "config": "settings",
    "delete": "remove",
    "doctor": "check",
    "export": "backup",
    "forget": "remove",
    "import": "add",
    "index": "add",
    "ingest": "add",
    "load": "add",
    "ls": "list",
    "query": "ask",
    "rm": "remove",
    "run": "serve",
    "search": "ask",
    "start": "serve",
    "update": "add",
    "upload": "add",
}
"""What other programs call a command, and what Pincite does."""
_UNKNOWN = re.compile(r"No such command '(?P<name>[^']+)'")


def complain(err: Console, message: str) -> None:
    """Print ``message`` as Pincite's, in one line, whatever is in it."""
    line = " ".join(message.encode("utf-8", "replace").decode().split())
    err.print(f"pincite: {line}", highlight=False, markup=False, soft_wrap=True)


def advised(message: str, command: str) -> str:
    """A mistake in the words of a ``command``, and where to go from it: the command that is meant, or the help."""
    unknown = _UNKNOWN.match(message)
    if unknown and " " not in command and (meant := _ELSEWHERE.get(unknown["name"])):
        return f"{unknown[0]}; what does that is '{command} {meant}'"
    see = " See" if message.endswith("?") else "; see"
    return f"{message.rstrip('.')}{see} '{command} --help'"
