"""Measure the machine's limits, and Pincite's distance from them.

``python -m benchmarks.floor ../shared/eval --scratch FOLDER`` takes two minutes on two idle cores. The products of
the model with its weights are the arithmetic that cannot be left out; what it does beside (attention,
normalisation, quantising, tokens) and what Pincite does beside are the distance.
"""

import json
import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import faiss
import numpy as np

from api.opening import MODELS, open_embedder_of
from benchmarks.criteria import Criterion, listed, told
from benchmarks.floor.arithmetic import Precision, Products, Shape
from benchmarks.libraries import settings_in
from benchmarks.machine import machine, versions
from benchmarks.texts import documents, paragraphs, questions
from index.embedding import Embedder
from index.library import Library
from index.models import checked_source
from index.naming import DEFAULT_MODEL
from index.progress import silent
from index.vectors import VectorIndex

RESULT = Path(__file__).with_name("result.json")
ROUNDS = 5
VECTORS = 100_000
WORD_BYTES = 2
"""Of a component of a stored vector."""


def main() -> None:
    """Measure, and write the result."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the labelled collections")
    parser.add_argument("--scratch", type=Path, required=True, help="keeps the compiled model")
    parser.add_argument("--texts", type=int, default=200, help="questions, and paragraphs, of a round")
    parser.add_argument("--output", type=Path, default=RESULT)
    given = parser.parse_args()
    texts = paragraphs(given.folder, 1204)
    asked = [one.text for one in questions(given.folder, texts, given.texts)]
    embedder = open_embedder_of(settings_in(given.scratch), silent)
    shape = _shape()
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "rounds": ROUNDS,
        "memory_gb_s": [_bandwidth() for _ in range(ROUNDS)],
        "flat_scan": _scan(embedder.dimension),
        "question": _question(embedder, shape, asked),
        "adding": _adding(embedder, shape, texts[:: max(1, len(texts) // given.texts)], given.scratch),
    }
    question, adding = result["question"], result["adding"]
    result["criteria"] = listed(
        [
            Criterion("encoding a question, of its arithmetic", _ratio(question, "encoding_ms"), 2),
            Criterion("adding, of its arithmetic", _ratio(adding, "seconds"), 1.6),
        ]
    )
    given.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(*told(result["criteria"]), sep="\n")


def _ratio(found: dict[str, list[float]], measured: str) -> float:
    """The median of the rounds' own ratios to the int8 limit."""
    return median(a / b for a, b in zip(found[measured], found["int8"], strict=True))


def _shape() -> Shape:
    config = json.loads((checked_source(DEFAULT_MODEL) / "config.json").read_text(encoding="utf-8"))
    return Shape(config["num_hidden_layers"], config["hidden_size"], config["intermediate_size"])


def _question(embedder: Embedder, shape: Shape, asked: list[str]) -> dict[str, list[float]]:
    """By round: median ms of ``encoding`` a question, and of its products alone in one thread; their rate."""
    lengths = [len(embedder.token_spans(question)) + 2 for question in asked]
    kinds: tuple[Precision, ...] = ("int8", "float32")
    found: dict[str, list[float]] = {"encoding_ms": [], "tokens": [median(lengths)]}
    products = {kind: Products(shape, kind) for kind in kinds}
    for _ in range(ROUNDS):
        took = []
        for question in asked:
            begin = perf_counter()
            embedder.embed_question(question)
            took.append((perf_counter() - begin) * 1000)
        found["encoding_ms"].append(median(took))
        for kind in kinds:
            alone = [products[kind].seconds(tokens) for tokens in lengths]
            found.setdefault(kind, []).append(median(alone) * 1000)
            rates = [shape.operations(tokens) / s / 1e9 for tokens, s in zip(lengths, alone, strict=True)]
            found.setdefault(f"{kind}_gflops", []).append(median(rates))
    return found


def _adding(embedder: Embedder, shape: Shape, texts: list[str], scratch: Path) -> dict[str, list[float]]:
    """By round: seconds of adding the texts, and of their products alone on all cores; and their rate."""
    lengths = [min(len(embedder.token_spans(text)) + 2, embedder.max_tokens + 2) for text in texts]
    cores = os.cpu_count() or 1
    kinds: tuple[Precision, ...] = ("int8", "float32")
    products = {kind: Products(shape, kind) for kind in kinds}
    found: dict[str, list[float]] = {"seconds": [], "tokens": [median(lengths)]}
    for _ in range(ROUNDS):
        with TemporaryDirectory(dir=scratch) as folder:
            (Path(folder) / MODELS).symlink_to(scratch.resolve() / MODELS)
            library = Library.local(Path(folder), embedder)
            begin = perf_counter()
            library.add(documents(texts))
            found["seconds"].append(perf_counter() - begin)
            library.close()
        for kind in kinds:
            alone = products[kind].all_seconds(lengths, threads=cores)
            found.setdefault(kind, []).append(alone)
            rate = sum(map(shape.operations, lengths)) / alone / 1e9
            found.setdefault(f"{kind}_gflops", []).append(rate)
    return found


def _bandwidth() -> float:
    """GB a second that one thread reads: the sum of far more than the caches hold."""
    values = np.ones(64_000_000, dtype=np.float32)
    begin = perf_counter()
    values.sum()
    return values.nbytes / (perf_counter() - begin) / 1e9


def _scan(dimension: int) -> dict[str, list[float]]:
    """By round: median ms of an exact search in faiss (float32), and in Pincite's index, of the same vectors."""
    rng = np.random.default_rng(7)
    vectors = rng.standard_normal((VECTORS, dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(dimension)
    flat.add(vectors)
    own = VectorIndex.empty(dimension).extended([(np.arange(VECTORS, dtype=np.int64), vectors)])
    found: dict[str, list[float]] = {"vectors": [VECTORS], "flat_ms": [], "pincite_ms": [], "pincite_gb_s": []}
    for _ in range(ROUNDS):
        for name, index in (("flat_ms", None), ("pincite_ms", own)):
            took = []
            for query in vectors[:40]:
                begin = perf_counter()
                if index:
                    index.search(query, 50)
                else:
                    flat.search(query[np.newaxis], 50)
                took.append((perf_counter() - begin) * 1000)
            found[name].append(median(took))
        found["pincite_gb_s"].append(VECTORS * dimension * WORD_BYTES / found["pincite_ms"][-1] / 1e6)
    return found


if __name__ == "__main__":
    main()
