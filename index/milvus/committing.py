"""A transaction's rows into Milvus: prepared first, seen by one request, cleared away later."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.documents import Document
from index.engine import EngineChanged
from index.milvus.calls import ROWS, Calls, Row, parts
from index.milvus.changes import Changes
from index.milvus.places import Places
from index.milvus.records import (
    DOCUMENT,
    DRAFT,
    GONE,
    REMOVED,
    Place,
    body_of,
    holders,
    marker,
    passage_keys,
    passage_rows,
    place_row,
    placed,
    text_of,
)
from index.milvus.root import Root, Roots, now
from index.milvus.segments import Segments
from index.milvus.words import Words, counted
from index.passages import Prepared

GRACE_SECONDS = 10
"""So long what was removed stays readable for questions that were being answered; it is found by none."""
DRAFT_SECONDS = 3600
"""After so long a transaction that was not finished never will be."""
FILE, RECORD, RECEIPT = "file", "record", "receipt"
"""Kinds of strings that are no documents' texts: files, which of them held a document, receipts."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A document as it is to be, and its passages."""

    id: str
    document: Document
    passages: list[Prepared]
    place: Place


class Committing:
    """Writes changes, and clears away what they left."""

    def __init__(self, calls: Calls, roots: Roots, places: Places) -> None:
        self._calls = calls
        self._roots = roots
        self._places = places

    def commit(self, changes: Changes) -> None:
        """Write them; they are seen by everybody on return, and by nobody where it raises before the one request.

        Raises:
            EngineUnavailable: the engine was lost under way.
            EngineChanged: the library was embedded anew meanwhile; nothing was changed.
            TooMuchSaid: a document has more metadata than the engine keeps; nothing was changed.
        """
        root = self._roots.current()
        before = self._places.of(list({**changes.documents, **changes.passages}))
        first = root.changed({}).generation
        editions = [
            one
            for number, key in enumerate({**changes.documents, **changes.passages})
            if (one := self._edition(key, changes, before, first + number))
        ]
        removed = [before[key] for key, one in changes.documents.items() if one is None and key in before]
        replaced = [before[one.document.id] for one in editions if one.document.id in before]
        counts = self._counts(editions, [*removed, *replaced])
        rows = [place_row(one.place) for one in editions]
        passages = [row for one in editions for row in passage_rows(one.document, one.id, one.passages)]
        self._prepare(root, editions, passages)  # what cannot be kept has raised before anything is written
        root = self._latest(root).changed(changes.meta, least=first + len(editions))
        self._calls.insert_together(root.names.documents, [*rows, *_endings(removed, replaced), root.row])
        self._roots.hold(root)
        Words(self._calls, root.names.words).add(counts)
        self._records(changes, removed)

    def purge(self, *, at_once: bool = False) -> None:
        """Delete the rows of editions that are no more, after a while, and of those that never came to be.

        Which these are shows after an hour: where two processes wrote the same document at the same moment, the
        edition of one of them was seen for that moment only.
        """
        root = self._roots.current()
        due = now() - (0 if at_once else GRACE_SECONDS * 1_000_000)
        condition = f'kind == "{GONE}" and position <= {due}'
        markers = list(self._calls.all(root.names.documents, condition, ["edition", "body"]))
        late = now() - DRAFT_SECONDS * 1_000_000
        drafts = list(
            self._calls.all(root.names.documents, f'kind == "{DRAFT}" and position <= {late}', ["edition", "body"])
        )
        markers += self._unseen(drafts)
        for part in parts(markers, ROWS):
            ended = {str(one["edition"]): int(body_of(one)["passages"]) for one in part}
            keys = [key for edition, passages in ended.items() for key in passage_keys(edition, passages)]
            self._calls.delete(root.names.passages, keys)
            self._places.strings.remove(list(ended))
        self._calls.delete(root.names.documents, [str(one["key"]) for one in [*markers, *drafts]])

    def _latest(self, root: Root) -> Root:
        """The library's row with what others have written to it since."""
        latest = self._roots.latest()
        if latest.names != root.names:
            raise EngineChanged("what this was to be written to")
        return latest

    def _unseen(self, drafts: list[Row]) -> list[Row]:
        """Those whose edition is not the document's."""
        owners = [str(body_of(draft)["document"]) for draft in drafts]
        places = self._places.of(list(dict.fromkeys(owners)))
        editions = [places[owner].edition if owner in places else None for owner in owners]
        return [draft for draft, edition in zip(drafts, editions, strict=True) if draft["edition"] != edition]

    def _edition(self, key: str, changes: Changes, before: Mapping[str, Place], position: int) -> Edition | None:
        """What becomes of a document, None where it goes; one that was there keeps its position."""
        if key in changes.documents and changes.documents[key] is None:
            return None
        document = changes.documents.get(key) or self._places.document(before[key])
        if key in changes.passages:
            passages = changes.passages[key]
        else:
            passages = [one.prepared for one in self._places.stored(before[key])]
        edition = uuid.uuid4().hex[:16]
        kept = before[key].summary.position if key in before else position
        return Edition(edition, document, passages, placed(document, edition, len(passages), kept))

    def _prepare(self, root: Root, editions: list[Edition], passages: list[Row]) -> None:
        """Write what nobody sees yet."""
        drafts = [
            marker(
                _draft(one.id), DRAFT, one.id, now(), {"passages": len(one.passages), "document": one.document.id}
            )
            for one in editions
        ]
        self._calls.insert(root.names.documents, drafts)
        self._calls.insert(root.names.passages, passages)
        Segments(self._calls, root.names.texts).put(
            {one.id: text_of(one.document) for one in editions}, kind=DOCUMENT
        )

    def _counts(self, editions: list[Edition], ended: list[Place]) -> Counter[str]:
        """What changes in the counters."""
        counts: Counter[str] = Counter()
        for one in editions:
            counts.update(counted([passage.termed.codes.tolist() for passage in one.passages], sign=1))
        counts.update(counted(self._places.codes(ended), sign=-1))
        return counts

    def _records(self, changes: Changes, removed: list[Place]) -> None:
        """Write what was said of files; which files held a document that is no more, is forgotten."""
        for kind in (FILE, RECORD):
            kept = {name: one[1] for name, one in changes.strings.items() if one and one[0] == kind}
            self._places.strings.put(kept, kind=kind)
        ended = [name for name in (holders(one.summary.id) for one in removed) if name not in changes.strings]
        self._places.strings.remove([*ended, *(name for name, one in changes.strings.items() if one is None)])


def _endings(removed: list[Place], replaced: list[Place]) -> list[Row]:
    """The rows that say what is no more."""
    gone = [
        marker(f"gone:{one.edition}", GONE, one.edition, now(), {"passages": one.summary.passages})
        for one in [*removed, *replaced]
    ]
    return [*gone, *(marker(one.summary.id, REMOVED, "", now()) for one in removed)]


def _draft(edition: str) -> str:
    return f"draft:{edition}"
