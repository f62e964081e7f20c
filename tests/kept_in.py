"""Where a library is kept."""

from pathlib import Path

from index.library import Library
from index.local import LocalEngine


def folder_of(library: Library) -> Path:
    """The folder of a library that is kept in one."""
    assert isinstance(library.engine, LocalEngine)
    return library.engine.folder
