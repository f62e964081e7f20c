"""One search in Milvus: it names passages by their vectors and by their words, and their rows give the signals."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from index.embedding import Embedder, Vectors
from index.filters import EVERYTHING, Scope
from index.matching import Wanted, match
from index.milvus.calls import READ_SECONDS, Calls, Row
from index.milvus.expressions import expression
from index.milvus.places import Places
from index.milvus.records import SIGNALS, Place, columns_of
from index.milvus.root import Root
from index.milvus.schema import search_effort
from index.passages import Neighbours
from index.searching import BY_MEANING, FEW, candidates
from index.terms import codes, terms

MOST = 16_384
"""Hits that Milvus returns at most."""
OWNER = ("document_id", "edition")


@dataclass(frozen=True, slots=True)
class MilvusSearch:
    """What one question is answered from; ``root`` names the collections, ``pool`` makes calls side by side."""

    calls: Calls
    places: Places
    root: Root
    embedder: Embedder
    pool: ThreadPoolExecutor

    @property
    def version(self) -> str:
        """Generation and model."""
        return self.root.version

    def nearest(self, question: str, *, depth: int, least: int, scope: Scope) -> Neighbours:
        """About ``depth`` passages by meaning and as many by words, each with all signals, exactly.

        Only passages of the scope are looked at; there are at least ``least`` of them in the result, if it has so
        many. How rare a word is, is a matter of the whole library.
        """
        query = self.embedder.embed_question(question)
        statistics = self.places.words.statistics(codes(terms(question)))
        wanted = Wanted.of(question, statistics)
        rows = self._few(scope) or self._proposed(query, wanted, max(least, BY_MEANING * depth), depth, scope)
        columns = columns_of([rows[key] for key in sorted(rows)])
        matches = match(wanted, columns.stream, statistics.average_length)
        return Neighbours(candidates(columns, query, matches), wanted, statistics.passages, self.version)

    def _few(self, scope: Scope) -> dict[str, Row]:
        """The passages of the scope, where they are so few that each is looked at."""
        if scope == EVERYTHING:
            return {}
        hits = self.calls.some(self.root.names.passages, expression(scope), OWNER, FEW + 1)
        return self._seen(hits) if len(hits) <= FEW else {}

    def _proposed(self, query: Vectors, wanted: Wanted, near: int, depth: int, scope: Scope) -> dict[str, Row]:
        """The passages that are worth a closer look.

        Rows of editions that are no more, or not yet, are among the engine's hits: where they leave fewer than
        ``near`` passages, or are most of one of its two lists, more are asked for.
        """
        kept, goal, enough = expression(scope), near, (near / 2, depth / 2)
        while True:
            limits = min(near, MOST), min(depth, MOST)
            searching = self.pool.submit(self._hits, near_to(query, limits[0]), kept)
            by_words = self._hits(sharing(wanted.distinct, limits[1]), kept) if wanted.distinct else []
            found = searching.result(), by_words
            rows = self._seen(list({str(hit["key"]): hit for hits in found for hit in hits}.values()))
            few = len(rows) < goal and len(found[0]) >= limits[0]
            if near >= MOST or not (few or any(map(_short, found, limits, enough, [rows] * 2))):
                return rows
            near, depth = 2 * near, 2 * depth

    def _seen(self, hits: Sequence[Row]) -> dict[str, Row]:
        """Those of the hits that are in the library, with their signals."""
        keys = [str(hit["key"]) for hit in hits]
        fields = ["document_id", "edition", *SIGNALS]
        reading = self.pool.submit(self.calls.get, self.root.names.passages, keys, fields, fixed=True)
        places = self.places.of(list({str(hit["document_id"]) for hit in hits}))
        return {key: row for key, row in reading.result().items() if _current(row, places)}

    def _hits(self, asked: dict[str, Any], kept: str) -> Sequence[Row]:
        name = self.root.names.passages
        found = self.calls.run(
            lambda client: client.search(
                name, filter=kept, output_fields=["key", *OWNER], timeout=READ_SECONDS, **asked
            ),
            loading=[name],
        )
        return [{"key": hit["key"], **hit["entity"]} for hit in found[0]]


def near_to(query: Vectors, limit: int) -> dict[str, Any]:
    """The search for the nearest vectors."""
    params = {"metric_type": "IP", "params": search_effort(limit)}
    return {"data": [query], "anns_field": "vector", "search_params": params, "limit": limit}


def sharing(distinct: Sequence[int], limit: int) -> dict[str, Any]:
    """The search for the passages with the highest BM25 score."""
    words = " ".join(map(str, distinct))
    return {"data": [words], "anns_field": "sparse", "search_params": {"metric_type": "BM25"}, "limit": limit}


def _short(hits: Sequence[Row], limit: int, enough: float, rows: Mapping[str, Row]) -> bool:
    """Whether there may be more hits, and too few of these are ``rows`` of the library."""
    return len(hits) >= limit and sum(str(hit["key"]) in rows for hit in hits) < enough


def _current(hit: Row, places: Mapping[str, Place]) -> bool:
    place = places.get(str(hit["document_id"]))
    return place is not None and place.edition == hit["edition"]
