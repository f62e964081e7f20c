"""One search: both indexes name candidates, and the store's own vectors and terms give them their signals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.database import RESTORE, DamagedStore
from index.embedding import Embedder, Vectors
from index.matching import Match, Wanted, match
from index.passages import Candidate, Neighbours
from index.snapshot import Snapshot
from index.store import Store, Stored
from index.terms import codes, terms
from index.vectors import Ids

DEPTH = 30
"""Passages that each search brings; deeper ones change no measure by more than .002."""
VECTORS_A_PASSAGE = 4
"""Nearest vectors asked for in place of one passage: its sentences often come one behind the other."""
SQUARE_WITHIN = 0.02
"""How far the square of a stored vector's length may be from one: it is kept in half precision."""


@dataclass(frozen=True, slots=True)
class Search:
    """What one question is looked for in; ``version`` names the snapshot and the model."""

    store: Store
    embedder: Embedder
    snapshot: Snapshot
    version: str

    def nearest(
        self, question: str, *, depth: int, documents: Sequence[str] | None, among: Ids | None
    ) -> Neighbours:
        """About ``depth`` passages by meaning and as many by words, each with all signals, exactly.

        ``documents`` are the only ones to look in, ``among`` the ids of their passages.
        """
        query = self.embedder.embed_question(question)
        statistics = self.store.statistics(codes(terms(question)))
        wanted = Wanted.of(question, statistics)
        near = self.snapshot.vectors.search(query, depth * VECTORS_A_PASSAGE, among=among)
        worded = self.snapshot.lexical.search(wanted.distinct, depth, documents=documents)
        stored = self.store.passages({*near.tolist(), *worded})
        matches = match(wanted, [one.termed for one in stored], statistics.average_length)
        candidates = tuple(_candidate(one, query, matched) for one, matched in zip(stored, matches, strict=True))
        return Neighbours(candidates, wanted, statistics.passages, self.version)


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
