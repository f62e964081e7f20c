"""The folder that a command works on, where the library is kept in one."""

from pathlib import Path
from typing import Literal

from api.settings import load_settings
from index.errors import PinciteError

INSTEAD = {
    "check": "see what the engine's own tools say of it; 'pincite verify' checks a citation",
    "backup": "back it up with the engine's own tool, such as milvus-backup, or bring it into a folder with "
    "'pincite copy --to local'",
    "restore": "restore it with the engine's own tool, such as milvus-backup, or restore the backup with "
    "PINCITE_ENGINE=local and run 'pincite copy --to milvus'",
}


class NotInFolder(PinciteError):
    """A command that works on a library's folder, where the library is not kept in one."""


def folder_for(command: Literal["check", "backup", "restore"]) -> Path:
    """The library's folder.

    Raises:
        NotInFolder: the settings say that something else keeps the library.
    """
    settings = load_settings()
    if settings.engine != "local":
        raise NotInFolder(
            f"'pincite {command}' is for a library in a folder, and PINCITE_ENGINE is '{settings.engine}'",
            remedy=INSTEAD[command],
        )
    return settings.data
