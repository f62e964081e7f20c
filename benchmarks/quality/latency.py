"""What Pincite's signals, sentences and citations cost a question, beside a plain hybrid of the same parts."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import faiss
import numpy as np
import tantivy

from api.opening import open_embedder_of
from api.settings import Settings
from api.terminal.evaluating import EVALUATIONS
from benchmarks.quality.baselines import vector_of
from index.embedding import Embedder, Vectors
from index.library import Library
from index.progress import Progress
from qa.answering import Answerer
from qa.collections import Collection
from qa.effort import MOST_PASSAGES
from qa.evaluation import indexed
from qa.retrieval import retrieve

ROUNDS, QUESTIONS = 5, 200
NEAREST, SHOWN = 30, 5
ENCODING, PLAIN, RANKING, ANSWER = "encoding", "plain hybrid", "Pincite's ranking", "Pincite's answer"


class PlainHybrid:
    """A flat FAISS index of passage vectors, tantivy's BM25 of the same texts, half of each; five texts."""

    def __init__(self, texts: Sequence[str], embedder: Embedder) -> None:
        self._texts, self._embedder = texts, embedder
        self._vectors: Vectors = np.stack([vector_of(text, embedder) for text in texts])
        self._flat = faiss.IndexFlatIP(embedder.dimension)
        self._flat.add(self._vectors)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="en_stem")
        builder.add_unsigned_field("number", fast=True)
        self._words = tantivy.Index(builder.build())
        with self._words.writer(num_threads=1) as writer:
            for number, text in enumerate(texts):
                document = tantivy.Document(text=text)
                document.add_unsigned("number", number)
                writer.add_document(document)
        self._words.reload()
        self._searcher = self._words.searcher()

    def ask(self, question: str) -> list[str]:
        """The texts that score highest."""
        query = self._embedder.embed_question(question)
        cosines, near = self._flat.search(query[np.newaxis], NEAREST)
        asked, _ = self._words.parse_query_lenient(question, ["text"])
        hits = self._searcher.search(asked, NEAREST, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        best = hits[0][0] if hits else 1.0
        words = {int(number or 0): score / best for number, (score, _) in zip(numbers, hits, strict=True)}
        found = dict(zip(near[0].tolist(), cosines[0].tolist(), strict=True))
        others = [number for number in words if number not in found]
        found.update(zip(others, (self._vectors[others] @ query).tolist(), strict=True))
        order = sorted(found, key=lambda number: -(found[number] + words.get(number, 0.0)))
        return [self._texts[number] for number in order[:SHOWN]]


def latency(settings: Settings, collection: Collection, progress: Progress) -> dict[str, Any]:
    """Medians of ``ROUNDS`` medians in milliseconds, all ways taking turns, and the answer's ratio to the hybrid's.

    Nothing is read; one thread and one process, the collection's own passages.
    """
    embedder = open_embedder_of(settings, progress)
    own = indexed(collection, "passages")
    name = f"{collection.name}-passages-{embedder.fingerprint}"
    library = Library.local(settings.data / EVALUATIONS / name, embedder)
    library.add(own.documents.values())
    plain = PlainHybrid([document.text for document in own.documents.values()], embedder)
    ways: Mapping[str, Callable[[str], object]] = {
        ENCODING: embedder.embed_question,
        PLAIN: plain.ask,
        RANKING: lambda question: retrieve(library, question, most=MOST_PASSAGES),
        ANSWER: Answerer(library).ask,
    }
    questions = [question.text for question in collection.questions if question.answerable]
    rounds: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS):
        part = questions[number * QUESTIONS : (number + 1) * QUESTIONS]
        took: dict[str, list[float]] = {way: [] for way in ways}
        for question in part:
            for way, ask in ways.items():
                begin = perf_counter()
                ask(question)
                took[way].append((perf_counter() - begin) * 1000)
        for way, all_took in took.items():
            rounds[way].append(median(all_took))
        progress("Timing questions", number + 1, ROUNDS)
    library.close()
    ratios = [answer / hybrid for answer, hybrid in zip(rounds[ANSWER], rounds[PLAIN], strict=True)]
    return {
        "collection": collection.name,
        "passages": len(own.documents),
        "milliseconds": {way: round(median(each), 3) for way, each in rounds.items()},
        "ratio": round(median(ratios), 3),
    }
