"""BM25 over passages, by tantivy: the one module that imports it."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

K1, B = 1.2, 0.75
"""tantivy's BM25 parameters, here again for scoring sentences."""

STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it its "
    "many much of on or our s should so some such t than that the their them then there these they this those "
    "to was we were what when where which who whom whose why will with would you your".split()
)
"""Left out of questions, never out of passages: words that name no subject."""

_WRITER_BYTES = 50_000_000

Terms = tuple[str, ...]


def _analyzer() -> tantivy.TextAnalyzer:
    """Runs of letters and digits in lower case, without accents, stemmed by the English Snowball rules."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="passage_text", index_option="freq")
    return builder.build()


class LexicalIndex:
    """Passages' words in a folder of tantivy's; a ``LexicalSearcher`` is one immutable state of it."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``, or make an empty one.

        Raises:
            ValueError: there is something else in the folder, or it is damaged.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._index.register_tokenizer("passage_text", _analyzer())

    def add(self, passages: Iterable[tuple[int, str, str]]) -> None:
        """Add ``(passage id, document id, text)`` triples and commit them."""
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for passage_id, document_id, text in passages:
            document = tantivy.Document(document=document_id, text=_normal(text))
            document.add_unsigned("passage", passage_id)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def remove(self, document_id: str) -> None:
        """Remove all passages of a document and commit."""
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        writer.delete_documents_by_term("document", document_id)
        writer.commit()
        writer.wait_merging_threads()

    def searcher(self) -> "LexicalSearcher":
        """The state as of the last commit."""
        self._index.reload()
        return LexicalSearcher(self._index)


class LexicalSearcher:
    """One state of a ``LexicalIndex``: scores do not change under a reader."""

    def __init__(self, index: tantivy.Index) -> None:
        self._searcher = index.searcher()
        self._schema = index.schema
        self._analyzer = _analyzer()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def terms(self, question: str) -> Terms:
        """The question's distinct terms, sorted, stop words left out unless there is nothing else."""
        words = set(self._analyzer.analyze(_normal(question)))
        return tuple(sorted(words - STOP_WORDS or words))

    def rarity(self, term: str) -> float:
        """BM25's inverse document frequency over passages: ln(1 + (N - n + .5) / (n + .5))."""
        holding = self._searcher.doc_freq("text", term)
        return math.log(1 + (len(self) - holding + 0.5) / (holding + 0.5))

    def limit(self, terms: Terms) -> float:
        """The score that no passage can reach: each term's rarity times k1 + 1."""
        return sum(self.rarity(term) for term in terms) * (K1 + 1)

    def search(self, terms: Terms, limit: int, *, documents: Sequence[str] | None = None) -> dict[int, float]:
        """Passage id to BM25 score of the ``limit`` best passages with any of ``terms``, best first."""
        if not terms:
            return {}
        return self._run(terms, limit, within=self._among("document", documents))

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        """Passage id to BM25 score of those among ``passages`` that hold any of ``terms``."""
        if not terms or not passages:
            return {}
        return self._run(terms, len(passages), within=self._among("passage", passages))

    def sentence_scores(self, terms: Terms, sentences: Sequence[str]) -> tuple[float, ...]:
        """BM25 of each sentence as if it were a passage of average length."""
        rarity = {term: self.rarity(term) for term in terms}
        found: list[float] = []
        for sentence in sentences:
            counts = Counter(word for word in self._analyzer.analyze(_normal(sentence)) if word in rarity)
            found.append(sum(rarity[t] * n * (K1 + 1) / (n + K1) for t, n in counts.items()))
        return tuple(found)

    def _among(self, field: str, values: Sequence[int] | Sequence[str] | None) -> tantivy.Query | None:
        if values is None:
            return None
        return tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, field, values), 0.0)

    def _run(self, terms: Terms, limit: int, *, within: tantivy.Query | None) -> dict[int, float]:
        words = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", term, index_option="freq"))
                for term in terms
            ]
        )
        query = words
        if within:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, words), (tantivy.Occur.Must, within)])
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return {int(passage or 0): float(score) for passage, (score, _) in zip(ids, hits, strict=True)}


def _normal(text: str) -> str:
    """One spelling for compatible characters, so that a combining accent does not cut a word in two."""
    return unicodedata.normalize("NFKC", text)
