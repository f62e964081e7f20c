"""Files into the library, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.documents import Document, UnusableText
from index.formats.extracted import UnreadableFile
from index.formats.reading import Reading, documents, original
from index.library import Library
from index.metadata import NOTHING, Metadata
from index.progress import Progress, silent
from index.walking import Found

STAGE = "Adding files"
BATCH_CHARACTERS = 2_000_000
"""Code points of documents that are held in memory before they are stored."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: the ids of its documents, and in words why it failed, or what is to be known."""

    found: Found
    status: Literal["added", "unchanged", "failed"]
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

    Bytes that a document was taken from before are not read again; ``metadata`` are said of each new document,
    before what its file says. An interruption loses at most the documents that were not stored yet.
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
        yield from batch.ended(tally)
    yield from batch.stored()


@dataclass(slots=True)
class _Tally:
    """What is known of a file so far; ``number`` counts the files from 1."""

    found: Found
    number: int
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    failure: str = ""

    def outcome(self) -> Outcome:
        """The end of it."""
        if self.failure:
            before = f"; the {len(self.new)} documents before it were added" if self.new else ""
            return Outcome(self.found, "failed", tuple(self.new), self.failure + before)
        partly = f"{len(self.known)} of {len(self.new) + len(self.known)} were there already"
        notes = [*self.notes, *([partly] if self.new and self.known else [])]
        return Outcome(self.found, "added" if self.new else "unchanged", (*self.new, *self.known), "; ".join(notes))


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
        self._waiting.append((tally, document))
        self._room -= len(document.text)
        if self._room <= 0:
            self._store()

    def ended(self, tally: _Tally) -> Iterator[Outcome]:
        """The file has no more documents: the outcomes that are known by now."""
        self._ended.append(tally)
        if not self._waiting:
            yield from self.stored()

    def stored(self) -> Iterator[Outcome]:
        """Store what waits: the outcomes of all files that have ended."""
        self._store()
        if self._ended:
            self._progress(STAGE, self._ended[-1].number, self._files)
        yield from (tally.outcome() for tally in self._ended)
        self._ended.clear()

    def _store(self) -> None:
        if not self._waiting:
            return
        first, last = self._waiting[0][0].number - 1, self._waiting[-1][0].number - 1

        def progress(_: str, done: int, total: int) -> None:
            self._progress(STAGE, first + (last - first) * done // max(total, 1), self._files)

        first_of_each: dict[str, Document] = {}
        for _, document in self._waiting:
            first_of_each.setdefault(document.id, document)
        added = self._library.add(first_of_each.values(), progress=progress)
        new = {document.id for document in added.new}
        for tally, document in self._waiting:
            (tally.new if document.id in new else tally.known).append(document.id)
            new.discard(document.id)
        self._waiting.clear()
        self._room = self._characters


def _readings(library: Library, found: Found, tally: _Tally, metadata: Metadata) -> Iterator[Reading]:
    """The documents of a file, none where its bytes are known."""
    file = original(found.required())
    known = library.taken_from(file.sha256, file.format.media_type)
    if known:
        tally.known.append(known)
    else:
        yield from documents(file, source=found.source, metadata=metadata)
