"""Passages that share words with a question, by tantivy: the one module that imports it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from index.vectors import Ids

MOST_NAMED = 2000
"""Passages that a query names at most: each takes it about two microseconds."""
_WRITER_BYTES = 50_000_000


class LexicalIndex:
    """Passages' terms in a folder of tantivy's; a ``LexicalSearcher`` is one immutable state of it.

    It only grows: tantivy goes on to count what it removed, so an index without some passages is written anew.

    Terms are the numbers that ``index.terms`` gives them: the question's analysis and the passages' cannot differ.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the index in ``folder``, or make an empty one; without a folder it is in memory.

        Raises:
            ValueError: there is something else in the folder, it is damaged, or cannot be written.
        """
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("passage", indexed=True, fast=True)
        builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder) if folder else None)

    @classmethod
    def existing(cls, folder: Path) -> "LexicalIndex":
        """Open the index in ``folder``; nothing is made there.

        Raises:
            ValueError: there is none, or it is damaged.
        """
        if not (folder / "meta.json").is_file():
            raise ValueError(f"{folder} holds no index")
        opened = cls()
        opened._index = tantivy.Index.open(str(folder))  # what is lost under way is not made anew
        return opened

    def add(self, passages: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Add pairs of a passage's id and its terms, and commit them.

        Raises:
            ValueError: they cannot be written.
        """
        with self._index.writer(heap_size=_WRITER_BYTES, num_threads=1) as writer:
            for passage_id, terms in passages:
                document = tantivy.Document(terms=" ".join(map(str, terms)))
                document.add_unsigned("passage", passage_id)
                writer.add_document(document)

    def searcher(self) -> "LexicalSearcher":
        """The state as of the last commit."""
        self._index.reload()
        return LexicalSearcher(self._index.searcher(), self._schema)


class LexicalSearcher:
    """One state of a ``LexicalIndex``: it does not change under a reader."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self._schema = schema

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def passage_ids(self) -> list[int]:
        """The ids of all passages, in order."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return sorted(int(passage or 0) for passage in ids)

    def holding(self, term: int) -> int:
        """How many passages hold ``term``."""
        return int(self._searcher.doc_freq("terms", str(term)))

    def search(self, terms: Sequence[int], limit: int, *, among: Ids | None = None) -> list[int]:
        """The ids of the ``limit`` passages with the highest BM25 score for ``terms``, best first, ties by id.

        ``among`` leaves all other passages out of the search itself, not out of its result: exactly, whether few
        are kept (the query then names them) or many (the others are passed over, and the search goes on until
        there are enough).
        """
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "terms", str(term), "freq"))
                for term in terms
            ]
        )
        if among is None:
            return self._best(query, limit, fetched=2 * limit)
        if len(among) <= MOST_NAMED:
            named = tantivy.Query.term_set_query(self._schema, "passage", among.tolist())
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(named, 0.0))]
            )
            return self._best(query, limit, fetched=2 * limit)
        fetched = 2 * limit * max(1, len(self) // len(among))
        return self._best(query, limit, fetched=fetched, kept=frozenset(among.tolist()))

    def _best(
        self, query: tantivy.Query, limit: int, *, fetched: int, kept: frozenset[int] | None = None
    ) -> list[int]:
        """The first ``limit`` of those that are ``kept``, from the best ``fetched`` or as many as that takes."""
        while True:
            hits = self._searcher.search(query, limit=fetched, count=False).hits
            ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
            found = [
                (-score, int(passage or 0))
                for passage, (score, _) in zip(ids, hits, strict=True)
                if kept is None or passage in kept
            ]
            if len(hits) < fetched or (len(found) >= limit and hits[-1][0] < -found[limit - 1][0]):
                return [passage for _, passage in sorted(found)[:limit]]
            fetched *= 4  # tantivy orders ties by segment: all of those at the limit must be seen
