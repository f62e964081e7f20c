"""One search in Milvus: it names passages by their vectors and by their words, and their rows give the signals."""

from collections.abc import Mapping, Sequence
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
    """What one question is answered from; ``root`` names the collections."""

    calls: Calls
    places: Places
    root: Root
    embedder: Embedder

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
        keys = self._proposed(query, wanted, max(least, BY_MEANING * depth), depth, scope)
        rows = self.calls.get(self.root.names.passages, sorted(keys), ["document_id", *SIGNALS])
        columns = columns_of([rows[key] for key in sorted(rows)])
        matches = match(wanted, columns.stream, statistics.average_length)
        return Neighbours(candidates(columns, query, matches), wanted, statistics.passages, self.version)

    def _proposed(self, query: Vectors, wanted: Wanted, near: int, depth: int, scope: Scope) -> set[str]:
        """The keys of the passages that are worth a closer look: where few are to be looked in, all of them."""
        kept = expression(scope)
        if scope != EVERYTHING:
            all_of_few = self._seen(near_to(query, max(near, FEW + 1)), kept)
            if len(all_of_few) <= FEW:
                return set(all_of_few)
        by_words: list[str] = []
        if wanted.distinct:
            by_words = self._seen(sharing(wanted.distinct, depth), kept)
        return {*self._seen(near_to(query, near), kept), *by_words}

    def _seen(self, asked: dict[str, Any], kept: str) -> list[str]:
        """The keys of the best passages that are in the library, as many as are asked for, best first.

        Rows of editions that are no more, or not yet, are among the engine's hits: then more are asked for.
        """
        limit = int(asked["limit"])
        while True:
            hits = self._hits({**asked, "limit": min(limit, MOST)}, kept)
            places = self.places.of(list({str(hit["document_id"]) for hit in hits}))
            seen = [str(hit["key"]) for hit in hits if _current(hit, places)]
            if len(seen) >= int(asked["limit"]) or len(hits) < limit or limit >= MOST:
                return seen[: int(asked["limit"])]
            limit *= 2

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


def _current(hit: Row, places: Mapping[str, Place]) -> bool:
    place = places.get(str(hit["document_id"]))
    return place is not None and place.edition == hit["edition"]
