"""Folders and the library in step: files that came, changed or went since the last look."""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.adding import Outcome, add_files
from index.formats.extracted import UnreadableFile
from index.library import Library
from index.metadata import NOTHING, Metadata
from index.origins import key
from index.progress import Progress, silent
from index.walking import Found, files_in

SETTLED_SECONDS = 1.0
"""A file that was changed more recently may still be being written: it is looked at again before it is read."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that is gone, and the documents that went with it: none where another file holds the same."""

    source: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What changes when a file does."""

    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, found: Found) -> "_Stamp | None":
        """None for a file that may not be read, or is no more."""
        try:
            status = found.required().stat()
        except (OSError, UnreadableFile):
            return None
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


class Watching:
    """Keeps ``library`` in step with what ``paths`` name; only documents that came from there are removed."""

    def __init__(
        self,
        library: Library,
        paths: Sequence[Path],
        *,
        glob: str = "",
        metadata: Metadata = NOTHING,
        settled_seconds: float = SETTLED_SECONDS,
    ) -> None:
        self._library = library
        self._paths = [path.absolute() for path in paths]
        self._glob = glob
        self._metadata = metadata
        self._settled_seconds = settled_seconds
        self._read: dict[Path, _Stamp | None] = {}
        self._seen: dict[Path, _Stamp | None] = {}
        self.pending = False
        """Whether a file was left for the next look, since it may still be being written."""

    def step(self, *, progress: Progress = silent) -> Iterator[Outcome | Removed]:
        """Look once, do what is to be done, and say of each file that came, changed or went what became of it.

        Raises:
            UnreadableFile: one of the paths is no more; nothing is removed then.
        """
        found = {one.path: one for path in self._paths for one in files_in(path, glob=self._glob)}
        stamps = {path: _Stamp.of(one) for path, one in found.items()}
        changed = [path for path in found if path not in self._read or self._read[path] != stamps[path]]
        ready = [path for path in changed if self._settled(path, stamps[path])]
        self.pending = len(ready) < len(changed)
        self._seen = stamps
        files = [found[path] for path in ready]
        for outcome in add_files(self._library, files, metadata=self._metadata, progress=progress):
            yield self._taken(outcome, stamps[outcome.found.path])
        yield from self._gone(found.values())

    def _settled(self, path: Path, stamp: _Stamp | None) -> bool:
        if stamp is None or self._seen.get(path) == stamp:
            return True
        return time.time() - stamp.changed_ns / 1e9 > self._settled_seconds

    def _taken(self, outcome: Outcome, stamp: _Stamp | None) -> Outcome:
        path = outcome.found.path
        if _Stamp.of(outcome.found) == stamp:
            self._read[path] = stamp
        else:  # it went on to change while it was read
            self.pending = True
        return outcome

    def _gone(self, found: Collection[Found]) -> Iterator[Removed]:
        """Files that were there before: what cannot be looked at is not gone."""
        there = {key(one.path) for one in found}
        hidden = [Path(key(one.path.parent), one.path.name) for one in found if one.refused]
        for root in self._paths:
            folder = key(root)
            gone = [
                path
                for path in self._library.files(folder)
                if path not in there
                and not any(Path(path).is_relative_to(one) for one in hidden)
                and not os.path.lexists(path)
            ]
            dropped = self._library.forget(gone)  # all of them in one go: a removal writes the indexes anew
            for path in gone:
                source = Path(path).relative_to(folder).as_posix() if path != folder else root.name
                yield Removed(source, dropped[path])
        self._read = {path: stamp for path, stamp in self._read.items() if path in self._seen}
