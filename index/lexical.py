"""Passages that share words with a question, by tantivy: the one module that imports it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

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
        builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
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

    def add(self, passages: Iterable[tuple[int, str, Sequence[int]]]) -> None:
        """Add ``(passage id, document id, terms)`` triples and commit them.

        Raises:
            ValueError: they cannot be written.
        """
        with self._index.writer(heap_size=_WRITER_BYTES, num_threads=1) as writer:
            for passage_id, document_id, terms in passages:
                document = tantivy.Document(document=document_id, terms=" ".join(map(str, terms)))
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

    def search(self, terms: Sequence[int], limit: int, *, documents: Sequence[str] | None = None) -> list[int]:
        """The ids of the ``limit`` passages with the highest BM25 score for ``terms``, best first, ties by id.

        ``documents`` leaves all others out of the search itself.
        """
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "terms", str(term), "freq"))
                for term in terms
            ]
        )
        if documents is not None:
            among = tantivy.Query.term_set_query(self._schema, "document", documents)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0))]
            )
        fetched = 2 * limit
        while True:
            hits = self._searcher.search(query, limit=fetched, count=False).hits
            if len(hits) < fetched or hits[-1][0] < hits[limit - 1][0]:
                break
            fetched *= 4  # tantivy orders ties by segment: all of those at the limit must be seen
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        ranked = sorted((-score, int(passage or 0)) for passage, (score, _) in zip(ids, hits, strict=True))
        return [passage for _, passage in ranked[:limit]]
