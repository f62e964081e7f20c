"""A folder's files added to a library in small batches."""

from pathlib import Path

from index.adding import Outcome, add_files
from index.library import Library
from index.walking import files_in

BATCH = 100
"""Code points; two or three of the three texts are one batch."""


def added(library: Library, folder: Path) -> list[Outcome]:
    """What became of each file in ``folder``."""
    return list(add_files(library, list(files_in(folder)), batch_characters=BATCH))
