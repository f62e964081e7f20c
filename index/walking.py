"""Which files a path names."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from index.formats.extracted import NotMeant, UnreadableFile


class LeadsOutside(NotMeant):
    """A symbolic link in a folder to something that is not in the folder."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file, what its documents are said to come from, and why it is not read where it is not.

    ``named`` says that somebody named the file itself, and not a folder that it lies in.
    """

    path: Path
    source: str
    refused: UnreadableFile | None = None
    named: bool = False

    def required(self) -> Path:
        """The path of a file that may be read.

        Raises:
            UnreadableFile: it is refused.
        """
        if self.refused:
            raise self.refused
        return self.path

    def skips(self, error: Exception) -> bool:
        """Whether the file is left alone for this reason, and nothing has failed."""
        return isinstance(error, NotMeant) and not self.named


def files_in(path: Path, *, glob: str = "") -> Iterator[Found]:
    """``path`` itself, or every file in that folder and those inside, by name.

    In a folder, what is hidden is left out, and so is what ``glob`` does not match, from the right: ``*.pdf``,
    ``reports/*.md``. A file's source is its path from the folder on. A symbolic link is followed to a file in
    the folder; one that leads out of it is found as refused.

    Raises:
        UnreadableFile: nothing is there, or something that is no file, such as a pipe.
    """
    if path.is_dir():
        for found in _inside(path, path, path.resolve()):
            if not glob or PurePath(found.source).match(glob):
                yield found
    elif path.is_file():
        yield Found(path, path.name, named=True)
    elif path.exists():
        raise UnreadableFile(f"{path}: is neither a file nor a folder", remedy="name a file")
    else:
        raise UnreadableFile(f"{path}: there is no such file or folder", remedy="check the path")


def _inside(folder: Path, root: Path, resolved: Path) -> Iterator[Found]:
    try:
        with os.scandir(folder) as entries:
            paths = sorted(Path(entry.path) for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        problem = f"{folder}: cannot be read ({error.strerror})"
        refused = UnreadableFile(problem, remedy="check the folder and its permissions")
        yield Found(folder, folder.relative_to(root).as_posix(), refused)
        return
    for path in paths:
        source = path.relative_to(root).as_posix()
        if path.is_symlink():
            yield from _linked(path, source, resolved)
        elif path.is_dir():
            yield from _inside(path, root, resolved)
        elif path.is_file():
            yield Found(path, source)


def _linked(path: Path, source: str, resolved: Path) -> Iterator[Found]:
    """What a symbolic link names; a folder inside the folder is found under its own name."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        yield Found(path, source, UnreadableFile(f"{path}: is a link to nothing", remedy="remove it"))
        return
    if not target.is_relative_to(resolved):
        problem = f"{path}: is a link that leads out of the folder"
        yield Found(path, source, LeadsOutside(problem, remedy="add what it leads to by its own path"))
    elif target.is_file():
        yield Found(path, source)
