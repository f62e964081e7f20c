"""Accuracy against milliseconds: how many passages to read, and with how many layers."""

import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median
from typing import Any

from rich.console import Console

from api.opening import open_embedder_of
from api.settings import Settings
from api.terminal.progress import progress_bars
from benchmarks.machine import machine
from benchmarks.reader.examples import TRAINED, first_half, for_tuning
from benchmarks.reader.measuring import library_of
from index.library import Library
from index.spans import Span
from qa.collections import Question, read_collection
from qa.effort import Effort
from qa.evaluation import Indexed, indexed, overlap
from qa.reading.compiled import CompiledReader
from qa.reading.reader import Excerpt, Reader, Reading
from qa.reranking import rerank
from qa.retrieval import Retrieved, retrieve

PASSAGES = (1, 2, 3, 4, 6, 8, 10)
QUESTIONS = 150
"""Questions of each collection, all about sources that the reader was not trained on."""
SEED = 3


class _Timed:
    """A reader that reads nothing twice, and knows how long each reading took."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._readings: dict[tuple[str, str], tuple[Reading, float]] = {}
        self.name, self.calibrated = reader.name, reader.calibrated
        self.milliseconds = 0.0

    def read(self, question: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        """As the reader's; ``milliseconds`` grows by what it took the first time."""
        for excerpt in excerpts:
            key = (question, excerpt.text)
            if key not in self._readings:
                begin = time.perf_counter()
                reading = next(self._reader.read(question, [excerpt]))
                self._readings[key] = (reading, (time.perf_counter() - begin) * 1000)
            reading, took = self._readings[key]
            self.milliseconds += took
            yield reading


def curve(settings: Settings, folder: Path, readers: Sequence[Path]) -> dict[str, Any]:
    """For each compiled reader and number of passages: right first sentences, passages, and median milliseconds."""
    with progress_bars(Console(stderr=True)) as progress:
        embedder = open_embedder_of(settings, progress)
        points: dict[str, dict[str, list[dict[str, float]]]] = {}
        for name in TRAINED:
            own = indexed(read_collection(folder / name), "documents")
            library = library_of(settings, own, "documents", embedder, progress)
            asked = [q for q in first_half(own.collection).questions if q.answerable and for_tuning(q.source)]
            chosen = random.Random(SEED).sample(asked, min(QUESTIONS, len(asked)))  # noqa: S311 - reproducible
            found = [(question, retrieve(library, question.text)) for question in chosen]
            unread = _point(0, [_right(one, question, own) for question, one in found], [0.0])
            points[name] = {"none": [unread]}
            for path in readers:
                reader = _Timed(CompiledReader(path))
                points[name][path.name] = []
                for done, count in enumerate(PASSAGES, start=1):
                    points[name][path.name].append(_measured(count, found, reader, library, own))
                    progress(f"Reading {name} with {path.name}", done, len(PASSAGES))
            library.close()
    return {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "seed": SEED, "points": points}


def _measured(
    count: int, found: Sequence[tuple[Question, Retrieved]], reader: _Timed, library: Library, own: Indexed
) -> dict[str, float]:
    rights, took = [], []
    for question, retrieved in found:
        reader.milliseconds = 0.0
        read = rerank(question.text, retrieved, reader, library, Effort(count, math.inf))
        rights.append(_right(read, question, own))
        took.append(reader.milliseconds)
    return _point(count, rights, took)


def _point(count: int, rights: Sequence[tuple[bool, bool, bool]], took: Sequence[float]) -> dict[str, float]:
    first, three, passage = (round(fmean(one), 4) for one in zip(*rights, strict=True))
    return {
        "passages": count,
        "sentence_1": first,
        "sentence_3": three,
        "passage_1": passage,
        "median_ms": round(median(took), 2),
    }


def _right(retrieved: Retrieved, question: Question, own: Indexed) -> tuple[bool, bool, bool]:
    """Whether the first sentence holds a labelled answer, one of the first three, and the first passage."""
    answers = [
        (document_id, label.answer)
        for label in question.labels
        for document_id, _ in own.by_source[label.source]
        if label.answer
    ]

    def held(document_id: str, span: Span) -> bool:
        return any(i == document_id and overlap(span, answer) == len(answer) for i, answer in answers)

    sentences = [held(one.candidate.passage.document_id, one.span) for one in retrieved.sentences[:3]]
    first = retrieved.passages[0].candidate.passage
    return sentences[0], any(sentences), held(first.document_id, first.span)
