"""One search: both indexes name candidates, and the store's own vectors and terms give them their signals."""

from dataclasses import dataclass

import numpy as np

from index.embedding import Embedder, Vectors
from index.filters import EVERYTHING, Scope
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
        among = None if scope == EVERYTHING else np.array(self.store.passage_ids(scope), dtype=np.int64)
        query = self.embedder.embed_question(question)
        statistics = self.store.statistics(codes(terms(question)))
        wanted = Wanted.of(question, statistics)
        near = self._near(query, depth * VECTORS_A_PASSAGE, least, among)
        worded = self.snapshot.lexical.search(wanted.distinct, depth, among=among)
        stored = self.store.passages({*near.tolist(), *worded})
        matches = match(wanted, [one.termed for one in stored], statistics.average_length)
        candidates = tuple(_candidate(one, query, matched) for one, matched in zip(stored, matches, strict=True))
        return Neighbours(candidates, wanted, statistics.passages, self.version)

    def _near(self, query: Vectors, limit: int, least: int, among: Ids | None) -> Ids:
        """The owners of the nearest vectors, of more than ``limit`` where these belong to few passages."""
        vectors = self.snapshot.vectors
        while len(near := vectors.search(query, limit, among=among)) < least and limit < len(vectors):
            limit *= 4
        return near


def _candidate(stored: Stored, query: Vectors, matched: Match) -> Candidate:
    passage_cosine, *sentence_cosines = (stored.vectors @ query).tolist()
    return Candidate(stored.passage, passage_cosine, tuple(sentence_cosines), matched)
