"""One search: both indexes name candidates, and the store's own vectors and terms give them their signals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.database import RESTORE, DamagedStore
from index.embedding import Embedder, Vectors
from index.filters import EVERYTHING, Scope
from index.matching import Match, Wanted, match
from index.passages import Candidate, Neighbours
from index.snapshot import Snapshot
from index.store import Store, Stored
from index.terms import codes, terms

DEPTH = 30
"""Passages that each search brings; deeper ones change no measure by more than .002."""
VECTORS_A_PASSAGE = 4
"""Nearest vectors asked for in place of one passage: its sentences often come one behind the other."""
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
        stored = self.store.passages(self._proposed(query, wanted, depth, least, among))
        matches = match(wanted, [one.termed for one in stored], statistics.average_length)
        candidates = tuple(_candidate(one, query, matched) for one, matched in zip(stored, matches, strict=True))
        return Neighbours(candidates, wanted, statistics.passages, self.version)

    def _proposed(
        self, query: Vectors, wanted: Wanted, depth: int, least: int, among: Sequence[int] | None
    ) -> set[int]:
        """The ids of the passages that are worth a closer look: where few are to be looked in, all of them."""
        if among is not None and len(among) <= FEW:
            return {passage for passage in among if passage <= self.snapshot.last_passage}
        kept = None if among is None else np.array(among, dtype=np.int64)
        limit = depth * VECTORS_A_PASSAGE
        vectors = self.snapshot.vectors
        while len(near := vectors.search(query, limit, among=kept)) < least and limit < len(vectors):
            limit *= 4  # they belong to few passages
        return {*near.tolist(), *self.snapshot.lexical.search(wanted.distinct, depth, among=kept)}


def _candidate(stored: Stored, query: Vectors, matched: Match) -> Candidate:
    _require_units(stored)
    passage_cosine, *sentence_cosines = (stored.vectors @ query).tolist()
    return Candidate(stored.passage, passage_cosine, tuple(sentence_cosines), matched)


def _require_units(stored: Stored) -> None:
    """See that the vectors are what was stored: SQLite keeps no checksum of what it reads.

    Raises:
        DamagedStore: they are not of unit length.
    """
    squares = np.einsum("ij,ij->i", stored.vectors, stored.vectors)
    if not ((np.abs(squares - 1) <= SQUARE_WITHIN) | (squares == 0)).all():  # also where one is not a number
        raise DamagedStore(
            f"the library's database is damaged (passage {stored.passage.id} has other vectors than were stored)",
            remedy=RESTORE,
        )
