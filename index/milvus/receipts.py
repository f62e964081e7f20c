"""What became of requests that name themselves, as strings beside the documents."""

import json
import time
from collections.abc import Callable

from index.milvus.committing import RECEIPT
from index.milvus.expressions import hashed
from index.milvus.places import Places
from index.milvus.segments import encoded
from index.receipts import KEPT_SECONDS, MOST_DOCUMENTS, Receipt


class MilvusReceipts:
    """What ``engine.Receipts`` says of each method holds, for all processes."""

    def __init__(self, places: Places, *, clock: Callable[[], float] = time.time) -> None:
        self._places = places
        self._clock = clock

    def find(self, name: str) -> Receipt | None:
        """The receipt of the request of that name, None where there is none any more."""
        text = self._places.strings.get([_key(name)]).get(_key(name))
        if text is None:
            return None
        request, new, documents, notes, made = json.loads(text)
        if abs(self._clock() - made) > KEPT_SECONDS:  # whichever way the clock was set
            return None
        return Receipt(request, new, tuple(documents), tuple(notes))

    def keep(self, name: str, receipt: Receipt) -> None:
        """Keep it."""
        if len(receipt.documents) > MOST_DOCUMENTS:
            return
        made = self._clock()
        record = [receipt.request, receipt.new, receipt.documents, receipt.notes, made]
        self._places.strings.put({_key(name): encoded(record)}, kind=RECEIPT, made=int(made))

    def purge(self) -> None:
        """Keep none for longer than is due."""
        strings = self._places.strings
        strings.remove(strings.names(RECEIPT, before=int(self._clock() - KEPT_SECONDS)))


def _key(name: str) -> str:
    return f"receipt:{hashed(name)}"
