"""Every document cut and embedded anew into collections beside those in use, and put in their place by one call.

Texts stay where they are: a document keeps its edition, and so its place tells what was done already.
"""

import contextlib
import importlib.metadata
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from index.documents import Document
from index.embedding import Embedder
from index.engine import EngineChanged
from index.fingerprints import ModelName
from index.ingesting import BATCH_PASSAGES, STAGE, Ready, batches, prepared, reported
from index.milvus.address import Address
from index.milvus.calls import Calls
from index.milvus.committing import GRACE_SECONDS, Committing
from index.milvus.places import Places
from index.milvus.records import DOCUMENT, Place, passage_rows, place_row, placed
from index.milvus.root import BUILT, MOVING, MOVING_SECONDS, Root, Roots, now
from index.milvus.schema import Names, make
from index.milvus.words import PASSAGES, counted
from index.progress import Progress, silent
from index.reindexing import ROUNDS, Reindexed
from index.turns import LibraryBusy

SETTLE_SECONDS = 1.0
"""How long writers that had begun are waited for, again and again until nothing comes any more."""


def reindex(
    address: Address, embedder: Embedder, *, name: ModelName | None = None, progress: Progress = silent
) -> Reindexed:
    """Cut and embed every document of the library anew; at once, or nothing has changed.

    Others may read and write meanwhile: what they write is caught up with, the last of it while writers wait. An
    interrupted try is taken up by the next one of the same model. ``name`` is what running processes open the model
    by.

    Raises:
        EngineUnavailable: there is no server.
        LibraryBusy: another process does the same, or writers do not stop.
    """
    with contextlib.closing(Calls(address)) as calls:
        live = Roots(calls)
        live.opened(embedder)
        made = _begun(calls, live, embedder)
        return _Moving(calls, live, made, embedder, progress).done(name)


def _begun(calls: Calls, live: Roots, embedder: Embedder) -> Root:
    """The set that an interrupted try has left, or a new one; those of other models are removed.

    Raises:
        LibraryBusy: another process is at it.
    """
    found = None
    version = importlib.metadata.version("pincite")
    for root in live.beside():
        if root.moving or now() - root.generation < MOVING_SECONDS * 1_000_000:
            raise LibraryBusy("another process is embedding the library anew", remedy="wait until it is done")
        if (root.fingerprint, root.meta.get(BUILT)) == (embedder.fingerprint, version) and found is None:
            found = root
        else:
            live.drop(root.names)
    if found:
        return found
    names = Names.fresh(calls.address.prefix)
    calls.run(lambda client: make(client, names, embedder.dimension))
    root = Root(names, now(), {"fingerprint": embedder.fingerprint, BUILT: version})
    calls.insert(names.documents, [root.row])
    return root


class _Moving:
    """The library in use, and the one that is made of it."""

    def __init__(self, calls: Calls, live: Roots, made: Root, embedder: Embedder, progress: Progress) -> None:
        self._calls = calls
        self._live = live
        self._embedder = embedder
        self._progress = progress
        self._made = made
        self._places = Places(calls, Roots(calls, made))
        self._brought: dict[str, str] = {}
        self._switched = False

    def done(self, name: ModelName | None) -> Reindexed:
        """Make it, and put it in the place of the other."""
        for _ in range(ROUNDS):
            if not self._catch_up(self._live.current()):
                break
        old = self._stopped()
        meta = {**old.meta, MOVING: "0", BUILT: "", "fingerprint": self._embedder.fingerprint}
        signed = {"model": name.model if name else "", "runtime": name.runtime if name else ""}
        root = Root(self._made.names, old.generation, old.meta).changed({**meta, **signed})
        self._calls.insert(root.names.documents, [root.row])
        self._live.point(root.names)
        self._switched = True
        self._bring_late(old)
        time.sleep(GRACE_SECONDS)  # for questions that are being answered from the other one
        self._bring_late(old)
        ended = Roots(self._calls, old)
        Committing(self._calls, ended, Places(self._calls, ended)).purge(at_once=True)
        self._live.drop(old.names)
        return Reindexed(self._places.words.count(PASSAGES), self._live.current().version)

    def _stopped(self) -> Root:
        """The live set, once writers wait and everything has arrived that they had begun.

        Raises:
            LibraryBusy: they do not stop.
        """
        for _ in range(ROUNDS):
            root = self._live.current().changed({MOVING: str(now())})
            self._calls.insert(root.names.documents, [root.row])
            time.sleep(SETTLE_SECONDS)
            if not self._catch_up(root) and self._live.current() == root and root.moving:
                return root
        raise LibraryBusy("others do not stop changing the library", remedy="try again when less is written")

    def _catch_up(self, live: Root) -> int:
        """Bring the new set to what the live one holds now, and return how many documents that took."""
        wanted, done = self._editions(live), self._editions(self._made)
        outdated = [key for key, edition in done.items() if wanted.get(key) != edition]
        self._remove(outdated)
        missing = [key for key, edition in wanted.items() if done.get(key) != edition]
        self._bring(live, missing, total=len(wanted))
        self._brought = wanted
        return len(outdated) + len(missing)

    def _bring_late(self, old: Root) -> None:
        """Bring over what came to the old set after it was last looked through, or went from it.

        What was changed in the new one since stays as it is there.
        """
        came, there = self._editions(old), self._editions(self._made)
        gone = [key for key, edition in self._brought.items() if key not in came and there.get(key) == edition]
        late = [
            key
            for key, edition in came.items()
            if self._brought.get(key) != edition and there.get(key) == self._brought.get(key)
        ]
        self._remove([*gone, *(key for key in late if key in there)])
        self._bring(old, late, total=len(came))
        self._brought = came

    def _bring(self, source: Root, document_ids: Sequence[str], *, total: int) -> None:
        """Embed documents of another set, as far as they are still there."""
        old = Places(self._calls, Roots(self._calls, source))
        there = total - len(document_ids)
        for begin in range(0, len(document_ids), BATCH_PASSAGES):
            places = old.of(document_ids[begin : begin + BATCH_PASSAGES])
            embedded = prepared(_documents(old, places.values()), self._embedder)
            for batch in batches(reported(embedded, self._progress, done=there + begin, total=total)):
                self._keep(places, batch)
        self._progress(STAGE, total, total)

    def _keep(self, places: Mapping[str, Place], batch: Sequence[Ready]) -> None:
        """Write documents with their passages under the editions of ``places``, and that this set was changed."""
        names, counts = self._made.names, Counter[str]()
        rows = []
        for document, passages in batch:
            place = places[document.id]
            self._calls.insert(names.passages, passage_rows(document, place.edition, passages))
            rows.append(place_row(placed(document, place.edition, len(passages), place.summary.position)))
            counts.update(counted([one.termed.codes.tolist() for one in passages], sign=1))
        self._places.words.add(counts)
        if not self._switched:
            self._made = self._made.changed({})
        root = self._live.current().changed({}) if self._switched else self._made
        self._calls.insert_together(names.documents, [*rows, root.row])

    def _remove(self, document_ids: Sequence[str]) -> None:
        names, counts = self._made.names, Counter[str]()
        places = self._places.of(document_ids)
        counts.update(counted(self._places.codes(list(places.values())), sign=-1))
        self._calls.delete(names.documents, list(places))  # first: without its place, nobody looks for the rest
        self._places.words.add(counts)
        self._calls.delete(names.passages, [key for place in places.values() for key in place.passages])

    def _editions(self, root: Root) -> dict[str, str]:
        """The edition of each document that is there, in the order in which they were added."""
        rows = self._calls.all(root.names.documents, f'kind == "{DOCUMENT}"', ["edition", "position"])
        ordered = sorted(rows, key=lambda row: int(row["position"]))
        return {str(row["key"]): str(row["edition"]) for row in ordered}


def _documents(places: Places, wanted: Iterable[Place]) -> Iterator[Document]:
    """Those of the documents that are still there."""
    for place in wanted:
        try:
            document = places.document(place)
        except EngineChanged:
            continue
        yield document
