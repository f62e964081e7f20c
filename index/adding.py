"""Files into the library, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.documents import Document, UnusableText
from index.formats.extracted import UnreadableFile
from index.formats.reading import Original, Reading, documents, original
from index.library import Library
from index.metadata import NOTHING, Metadata
from index.origins import File, key
from index.progress import Progress, silent
from index.walking import Found

STAGE = "Adding files"
BATCH_CHARACTERS = 500_000
"""Code points of documents that are stored together: what an interruption can cost, and is held in memory."""

Status = Literal["added", "unchanged", "replaced", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: the ids of its documents, and in words why there are none, or what is to be known."""

    found: Found
    status: Status
    documents: tuple[str, ...]
    why: str


def add_files(
    library: Library,
    files: Sequence[Found],
    *,
    metadata: Metadata = NOTHING,
    progress: Progress = silent,
    batch_characters: int = BATCH_CHARACTERS,
) -> Iterator[Outcome]:
    """Read and store ``files``, and say of each in turn what became of it; one that fails stops no other.

    What was taken from a file before goes when the file holds it no more, at the moment in which the new is there.
    Bytes that a document was taken from before are not read again; ``metadata`` are said of each document, before
    what its file says. What is not meant to be read, in a folder, is skipped. An interruption loses at most the
    documents that were not stored yet.
    """
    batch = _Batch(library, len(files), progress, batch_characters)
    for number, found in enumerate(files, start=1):
        tally = _Tally(found, number)
        try:
            for reading in _readings(library, found, tally, metadata):
                tally.notes.update(dict.fromkeys(reading.notes))
                batch.take(tally, reading.document)
        except (UnreadableFile, UnusableText) as error:
            tally.failure = f"{error.problem}; {error.remedy}"
            tally.skipped = found.skips(error)
        yield from batch.ended(tally)
    yield from batch.stored()


@dataclass(slots=True)
class _Tally:
    """What is known of a file so far; ``number`` counts the files from 1, ``before`` are its documents of old.

    ``file`` is None where the library knows it as it is. ``changed`` says that a document got another title, say.
    """

    found: Found
    number: int
    file: Original | None = None
    before: tuple[str, ...] = ()
    held: dict[str, None] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    changed: bool = False
    ended: bool = False
    stored: bool = False
    notes: dict[str, None] = field(default_factory=dict)
    failure: str = ""
    skipped: bool = False

    def part(self, ids: Sequence[str]) -> File | None:
        """The file with those of its documents, or with all where it has ended; None where that is nothing."""
        if not self.file or self.stored:
            return None
        sha256 = None if self.failure or not self.ended else self.file.sha256
        if not sha256 and not ids:
            return None  # nothing of it is known yet, or ever
        held = tuple(self.held if sha256 else ids)
        return File(key(self.found.path), self.found.source, self.file.format.media_type, sha256, held)

    def outcome(self) -> Outcome:
        """The end of it."""
        if self.skipped:
            return Outcome(self.found, "skipped", (), self.failure)
        if self.failure:
            before = f"; the {len(self.new)} documents before it were added" if self.new else ""
            return Outcome(self.found, "failed", tuple(self.new), self.failure + before)
        gone = [one for one in self.before if one not in self.held] if self.file else []
        status: Status = "unchanged"
        if self.changed or (self.before and (self.new or gone)):
            status = "replaced"
        elif self.new:
            status = "added"
        return Outcome(
            self.found, status, (*self.new, *self.known), "; ".join([*self.notes, *self._counts(len(gone))])
        )

    def _counts(self, gone: int) -> Iterator[str]:
        """What a file of many documents has become."""
        if self.new and self.known:
            yield f"{len(self.known)} of {len(self.new) + len(self.known)} were there already"
        if gone and len(self.before) > 1:
            yield f"{gone} of the {len(self.before)} before are gone"


class _Batch:
    """Documents that wait to be stored together, and the files whose documents they are."""

    def __init__(self, library: Library, files: int, progress: Progress, characters: int) -> None:
        self._library = library
        self._room = self._characters = characters
        self._files = files
        self._progress = progress
        self._waiting: list[tuple[_Tally, Document]] = []
        self._ended: list[_Tally] = []

    def take(self, tally: _Tally, document: Document) -> None:
        """Let a document wait, and store all that do where they are enough."""
        if self._room <= 0:
            self._store()
        tally.held[document.id] = None
        self._waiting.append((tally, document))
        self._room -= len(document.text)

    def ended(self, tally: _Tally) -> Iterator[Outcome]:
        """The file has no more documents: the outcomes that are known by now."""
        tally.ended = True
        self._ended.append(tally)
        if self._room <= 0 or not self._waiting:
            yield from self.stored()

    def stored(self) -> Iterator[Outcome]:
        """Store what waits: the outcomes of all files that have ended."""
        self._store()
        if self._ended:
            self._progress(STAGE, self._ended[-1].number, self._files)
        yield from (tally.outcome() for tally in self._ended)
        self._ended.clear()

    def _store(self) -> None:
        tallies = {id(tally): tally for tally in (*(tally for tally, _ in self._waiting), *self._ended)}
        parts = [
            tally.part([document.id for owner, document in self._waiting if owner is tally])
            for tally in tallies.values()
        ]
        files = [part for part in parts if part]
        if not files:
            return
        numbers = [tally.number for tally in tallies.values()]
        first, last = min(numbers) - 1, max(numbers) - 1

        def progress(_: str, done: int, total: int) -> None:
            self._progress(STAGE, first + (last - first) * done // max(total, 1), self._files)

        first_of_each: dict[str, Document] = {}
        for _, document in self._waiting:
            first_of_each.setdefault(document.id, document)
        added = self._library.take(first_of_each.values(), files, progress=progress)
        new = {document.id for document in added.new}
        updated = {document.id for document in added.updated}
        for tally, document in self._waiting:
            (tally.new if document.id in new else tally.known).append(document.id)
            tally.changed |= document.id in updated
            new.discard(document.id)
        self._waiting.clear()
        self._room = self._characters
        for tally in self._ended:
            tally.stored = True


def _readings(library: Library, found: Found, tally: _Tally, metadata: Metadata) -> Iterator[Reading]:
    """The documents of a file, none where its bytes are known: of those that are there, ``metadata`` are said."""
    file = original(found.required())
    before = library.file(key(found.path))
    tally.before = before.documents if before else ()
    if before and before.still(file.sha256, file.format.media_type):
        tally.known += before.documents
    else:
        tally.file = file
        known = library.taken_from(file.sha256, file.format.media_type)
        if not known:
            yield from documents(file, source=found.source, metadata=metadata)
            return
        tally.known.append(known)
        tally.held[known] = None
    tally.changed = bool(metadata.pairs and library.describe(tally.known, metadata))
