"""Every document cut and embedded anew, beside the library that goes on answering, and put in its place at once."""

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.database import DATABASE
from index.documents import Document
from index.embedding import Embedder
from index.fingerprints import ModelName, sign
from index.ingesting import STAGE, Ready, batches, prepared, reported
from index.present import View
from index.progress import Progress, silent
from index.snapshot import Derived
from index.store import Store
from index.turns import LibraryBusy, Turns, require_writable

FOLDER = "reindexing"
"""Beside the library: what is done so far, kept when it is interrupted and taken up by the next try."""
ROUNDS = 10
"""How often what others wrote meanwhile is caught up with before they have to wait."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What there is now: how many passages, and the version that the next answers name."""

    passages: int
    version: str


def reindex(
    folder: Path, embedder: Embedder, *, name: ModelName | None = None, progress: Progress = silent
) -> Reindexed:
    """Cut and embed every document of the library in ``folder`` anew; at once, or nothing has changed.

    Others may read and write meanwhile. What they add or remove is caught up with, the last of it while
    writers wait; then the new passages replace the old ones in one transaction, and the indexes with them.
    ``name`` is what running processes open the model by.

    Raises:
        UnusableFolder, UnusableStore, DiskFull: the folder or its database cannot be used.
        LibraryBusy: another process does the same, or does not stop writing.
    """
    require_writable(folder)
    with _alone(folder), contextlib.closing(Store(folder / DATABASE)) as live:
        with contextlib.closing(_opened(folder / FOLDER, embedder)) as made:
            for _ in range(ROUNDS):
                if not _catch_up(live, made, embedder, progress):
                    break
            with Turns(folder):
                _catch_up(live, made, embedder, progress)
                version = _swap(folder, live, made, embedder, name=name, progress=progress)
        shutil.rmtree(folder / FOLDER)
        return Reindexed(live.passage_count(), version)


def abandon(folder: Path) -> None:
    """Remove what an interrupted try has left, unless one goes on: it may know what the library no longer holds."""
    if (folder / FOLDER).exists():
        with contextlib.suppress(LibraryBusy), _alone(folder):
            shutil.rmtree(folder / FOLDER)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / "reindexing.lock", timeout=0, thread_local=False):
            yield
    except Timeout:
        raise LibraryBusy("another process is embedding the library anew", remedy="wait until it is done") from None


def _opened(beside: Path, embedder: Embedder) -> Store:
    """The store of what is done so far, empty where that is another model's or another Pincite's."""
    made_by = f"{embedder.fingerprint} {importlib.metadata.version('pincite')}"
    beside.mkdir(exist_ok=True)
    store = Store(beside / DATABASE)
    if store.meta("made_by") not in {None, made_by}:
        store.close()
        shutil.rmtree(beside)
        beside.mkdir()
        store = Store(beside / DATABASE)
    with store.transaction():
        store.set_meta("made_by", made_by)
    return store


def _catch_up(live: Store, made: Store, embedder: Embedder, progress: Progress) -> int:
    """Bring ``made`` to the documents that ``live`` holds now, and return how many were embedded for that."""
    wanted = {document_id: _mark(context) for document_id, context in live.contexts().items()}
    with made.transaction():
        for document_id, mark in made.contexts().items():
            if wanted.get(document_id) != mark:
                made.remove_document(document_id)
    before = made.contexts().keys()
    missing = [document_id for document_id in wanted if document_id not in before]
    documents = filter(None, map(live.document, missing))  # without those that were removed meanwhile
    embedded = reported(prepared(documents, embedder), progress, done=len(before), total=len(wanted))
    for batch in batches(embedded):
        _keep(made, batch)
    progress(STAGE, len(wanted), len(wanted))
    return len(missing)


def _keep(made: Store, batch: list[Ready]) -> None:
    """Store passages, and of their documents only what tells whether they are still the same: no text, no title."""
    with made.transaction():
        for document, passages in batch:
            row = Document(document.id, "", "", "", document.sha256, _mark(document.context))
            made.add_document(row)
            made.add_passages(document.id, passages)


def _mark(context: str) -> str:
    return hashlib.sha256(context.encode()).hexdigest()


def _swap(
    folder: Path, live: Store, made: Store, embedder: Embedder, *, name: ModelName | None, progress: Progress
) -> str:
    """Put passages and indexes in the place of the old ones, and return the version that they are."""
    beside = Derived(folder / FOLDER, embedder.dimension)
    with live.transaction():
        live.take_passages(made)
        sign(live, embedder, name)
        indexes = beside.rebuild(live, progress)  # now, so that whoever sees the passages need not wait for them
    view = View(dataclasses.replace(indexes, generation=live.generation), embedder)
    if not indexes.in_memory:
        Derived(folder, embedder.dimension).take(beside, view.snapshot)
    return view.version
