"""One search: both indexes name candidates, and the store's own vectors and terms give them their signals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.columns import Columns
from index.database import RESTORE, DamagedStore
from index.embedding import Embedder, Vectors
from index.filters import EVERYTHING, Scope
from index.matching import Matches, Wanted, match
from index.passages import Candidates, Neighbours
from index.snapshot import Snapshot
from index.store import Store
from index.terms import codes, terms

DEPTH = 30
"""Passages that each search brings; deeper ones change no measure by more than .002."""
BY_MEANING = 2
"""Passages that the vectors bring for one that the words bring; with more, no measure gains .002."""
SQUARE_WITHIN = 0.02
"""How far the square of a stored vector's length may be from one: it is kept in half precision."""
FEW = 128
"""Of so many passages or fewer, each is looked at: about as many as the two searches bring together."""


@dataclass(frozen=True, slots=True)
class Search:
    """What one question is looked for in; ``version`` names the snapshot and the model."""

    store: Store
    embedder: Embedder
    snapshot: Snapshot
    version: str

    def nearest(self, question: str, *, depth: int, least: int, scope: Scope) -> Neighbours:
        """About ``depth`` passages by meaning and as many by words, each with all signals, exactly.

        Only passages of the scope are looked at; there are at least ``least`` of them in the result, if it has so
        many. How rare a word is, is a matter of the whole library.
        """
        among = None if scope == EVERYTHING else self.store.passage_ids(scope)
        query = self.embedder.embed_question(question)
        statistics = self.store.statistics(codes(terms(question)))
        wanted = Wanted.of(question, statistics)
        columns = self.store.columns(self._proposed(query, wanted, depth, least, among))
        matches = match(wanted, columns.stream, statistics.average_length)
        return Neighbours(candidates(columns, query, matches), wanted, statistics.passages, self.version)

    def _proposed(
        self, query: Vectors, wanted: Wanted, depth: int, least: int, among: Sequence[int] | None
    ) -> set[int]:
        """The ids of the passages that are worth a closer look: where few are to be looked in, all of them."""
        if among is not None and len(among) <= FEW:
            return {passage for passage in among if passage <= self.snapshot.last_passage}
        kept = None if among is None else np.array(among, dtype=np.int64)
        near = self.snapshot.vectors.search(query, max(least, BY_MEANING * depth), among=kept)
        return {*near.tolist(), *self.snapshot.lexical.search(wanted.distinct, depth, among=kept)}


def candidates(columns: Columns, query: Vectors, matches: Matches) -> Candidates:
    """Passages beside their signals; raises DamagedStore where a vector is not one that was stored."""
    stream = columns.stream
    own = (np.zeros(0), np.zeros(0))
    if columns.ids:
        _require_units(columns)
        # each row's own product: a matrix product's last bits depend on the other rows
        cosines = np.vecdot(columns.vectors, query).astype(np.float64)
        own = (cosines[stream.contexts], cosines[stream.sentences])
    passages = list(zip(columns.ids, columns.document_ids, strict=True))
    return Candidates(passages, columns.bounds, stream.sizes, own, matches, prints=stream.prints)


def _require_units(columns: Columns) -> None:
    """See that the vectors are what was stored: SQLite keeps no checksum of what it reads.

    Raises:
        DamagedStore: they are not of unit length.
    """
    squares = np.vecdot(columns.vectors, columns.vectors)
    wrong = ~((np.abs(squares - 1) <= SQUARE_WITHIN) | (squares == 0))  # also where one is not a number
    if wrong.any():
        owner = int(np.searchsorted(columns.stream.contexts, np.flatnonzero(wrong)[0], side="right")) - 1
        raise DamagedStore(
            f"the library's database is damaged (passage {columns.ids[owner]} has other vectors than were stored)",
            remedy=RESTORE,
        )
