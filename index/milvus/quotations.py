"""Which documents hold given words, character for character: the engine proposes, the texts decide."""

import heapq
from collections.abc import Iterator, Sequence

from index.milvus.calls import READ_SECONDS, Calls
from index.milvus.expressions import hashed
from index.milvus.places import Places
from index.milvus.records import DOCUMENT, Place
from index.milvus.root import Roots
from index.milvus.search import OWNER, sharing
from index.quotations import NEWEST
from index.terms import codes, terms

PROPOSED = 1000
"""Passages that share most words with a quotation, whose documents are looked at."""


class MilvusQuotations:
    """What ``engine.Quotations`` says holds for words whose document is among those that share most with them.

    A quotation without a single content word is looked for among the given documents, or in the newest ones.
    """

    def __init__(self, calls: Calls, roots: Roots, places: Places) -> None:
        self._calls = calls
        self._roots = roots
        self._places = places

    def named(self, name: str) -> list[str]:
        """The ids of the newest documents with that title or source, newest first."""
        own = hashed(name)
        found = self._documents(f'(title == "{own}" or source == "{own}")')
        return [one.summary.id for one in reversed(found) if name in {one.summary.title, one.summary.source}][
            :NEWEST
        ]

    def holding(self, words: str, *, among: Sequence[str] | None = None) -> Iterator[str]:
        """The ids of the documents in whose text ``words`` stand, in the order in which they were added."""
        if among is not None:
            places = list(self._places.of(list(among)).values())
        else:
            sought = list(dict.fromkeys(codes(terms(words))))
            proposed = self._proposed(sought) if sought else None
            places = list(self._places.of(self._newest() if proposed is None else proposed).values())
        for place in sorted(places, key=lambda one: one.summary.position):
            if words in self._places.document(place).text:
                yield place.summary.id

    def _proposed(self, sought: Sequence[int]) -> list[str]:
        name = self._roots.current().names.passages
        hits = self._calls.run(
            lambda client: client.search(
                name, output_fields=list(OWNER), timeout=READ_SECONDS, **sharing(sought, PROPOSED)
            ),
            loading=[name],
        )
        return list({str(hit["entity"]["document_id"]) for hit in hits[0]})

    def _newest(self) -> list[str]:
        """The ids of the newest documents."""
        name = self._roots.current().names.documents
        rows = self._calls.all(name, f'kind == "{DOCUMENT}"', ["position"])
        return [str(row["key"]) for row in heapq.nlargest(NEWEST, rows, key=lambda row: int(row["position"]))]

    def _documents(self, condition: str) -> list[Place]:
        """The documents that meet it, in the order in which they were added."""
        wanted = f'kind == "{DOCUMENT}" and {condition}'
        keys = [str(row["key"]) for row in self._calls.all(self._roots.current().names.documents, wanted, [])]
        return sorted(self._places.of(keys).values(), key=lambda one: one.summary.position)
