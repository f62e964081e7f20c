"""Two plain ways to cut long documents, searched by passage vectors alone, on the same excerpts."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Embedder
from index.progress import Progress
from index.spans import Span, trimmed
from qa.collections import Collection, Source, read_collection

WINDOW_TOKENS = 200
TOP = 5
Place = tuple[str, Span]


def baselines(folder: Path, embedder: Embedder, progress: Progress) -> dict[str, Any]:
    """The share of the labelled excerpts' characters in the first five passages, and of theirs in an excerpt."""
    collection = read_collection(folder)
    ways: dict[str, Callable[[Source], list[Span]]] = {
        f"windows of {WINDOW_TOKENS} tokens": lambda source: _windows(source.text, embedder),
        "paragraphs": lambda source: _paragraphs(source.text),
    }
    found = {}
    for done, (name, way) in enumerate(ways.items(), start=1):
        found[name] = _measured(collection, [(s.id, span) for s in collection.sources for span in way(s)], embedder)
        progress("Searching plain passages", done, len(ways))
    return found


def _windows(text: str, embedder: Embedder) -> list[Span]:
    starts = embedder.token_spans(text)[::WINDOW_TOKENS, 0].tolist()
    spans = [trimmed(text, a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [span for span in spans if span]


def _paragraphs(text: str) -> list[Span]:
    ends = [match.start() for match in re.finditer(r"\n\s*\n", text)]
    spans = [trimmed(text, a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    return [span for span in spans if span]


def _measured(collection: Collection, places: Sequence[Place], embedder: Embedder) -> dict[str, float]:
    texts = {source.id: source.text for source in collection.sources}
    vectors = np.stack([vector_of(span.of(texts[source]), embedder) for source, span in places])
    recalled, precise = [], []
    for question in collection.questions:
        nearest = np.argsort(-(vectors @ embedder.embed_question(question.text)), kind="stable")[:TOP]
        held = _characters([places[i] for i in nearest])
        wanted = _characters([(label.source, label.answer) for label in question.labels if label.answer])
        recalled.append(len(held & wanted) / len(wanted))
        precise.append(len(held & wanted) / len(held))
    return {
        "passages": len(places),
        "recalled_5": round(float(np.mean(recalled)), 4),
        "precise_5": round(float(np.mean(precise)), 4),
    }


def vector_of(text: str, embedder: Embedder) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """The passage's vector; what is beyond the model's limit is cut off, as such pipelines do."""
    tokens = embedder.token_spans(text)
    if len(tokens) > embedder.max_tokens:
        text = text[: int(tokens[embedder.max_tokens - 1, 1])]
    vector: np.ndarray[tuple[int], np.dtype[np.float32]] = embedder.embed_passage(text, [])[0]
    return vector


def _characters(places: Sequence[Place]) -> set[tuple[str, int]]:
    return {(source, i) for source, span in places for i in range(span.start, span.end)}
