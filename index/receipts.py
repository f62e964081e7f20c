"""What became of requests that name themselves, so that one that is sent again is not done again."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from index.store import Store

KEPT_SECONDS = 86_400.0
MOST = 10_000
"""Receipts that are kept at most, the latest ones."""
MOST_DOCUMENTS = 10_000
"""A request that added more documents leaves no receipt."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """``request`` is the SHA-256 of what was sent, ``new`` whether a document was new, ``notes`` how it was read.

    It holds ids and nothing of the documents: what is removed from the library is nowhere.
    """

    request: str
    new: bool
    documents: tuple[str, ...]
    notes: tuple[str, ...]


class Receipts:
    """The receipts of the last day, by the names of their requests; no question is answered from them.

    So their writing raises no generation, and waits for nobody's turn.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def find(self, name: str) -> Receipt | None:
        """The receipt of the request of that name, None where there is none any more."""
        query = "SELECT request, new, documents, notes, made FROM receipts WHERE name = ?"
        row = self._store.rows(query, (name,)).fetchone()
        if row is None or abs(self._clock() - row[4]) > KEPT_SECONDS:  # whichever way the clock was set
            return None
        return Receipt(row[0], bool(row[1]), tuple(json.loads(row[2])), tuple(json.loads(row[3])))

    def keep(self, name: str, receipt: Receipt) -> None:
        """Keep it, and no other for longer than is due."""
        if len(receipt.documents) > MOST_DOCUMENTS:
            return
        now = self._clock()
        with self._store.aside():
            self._store.rows("DELETE FROM receipts WHERE abs(? - made) > ?", (now, KEPT_SECONDS))
            documents, notes = json.dumps(receipt.documents), json.dumps(receipt.notes)
            values = (name, receipt.request, int(receipt.new), documents, notes, now)
            self._store.rows("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?)", values)
            # not the age: a clock that was set back would make the newest the oldest
            self._store.rows("DELETE FROM receipts WHERE rowid <= (SELECT max(rowid) FROM receipts) - ?", (MOST,))
