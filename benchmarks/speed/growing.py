"""Adding to a library of each size, the memory that adding takes, and an index's search alone."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from api.opening import MODELS, open_embedder_of
from benchmarks.libraries import environment, settings_in
from benchmarks.processes import pincite
from benchmarks.speed.answering import percentiles
from benchmarks.speed.plan import Plan
from benchmarks.texts import documents
from index.database import DATABASE
from index.embedding import Vectors, unit
from index.library import Library
from index.progress import Progress, silent
from index.store import Store
from index.vectors import Ids, VectorIndex

BATCH = 4_000
"""Passages whose vectors are in memory at once."""
NEAREST = 50
SEED = 7


def adding(
    folders: Mapping[int, Path], new: Sequence[str], plan: Plan, *, progress: Progress = silent
) -> dict[str, dict[str, list[float]]]:
    """For each size, by round: ``passages`` and ``tokens`` a second into a copy of its library, on disk."""
    found: dict[str, dict[str, list[float]]] = {}
    for done, (size, folder) in enumerate(folders.items()):
        with TemporaryDirectory(dir=folder.parent) as scratch:
            shutil.copytree(folder, scratch, symlinks=True, dirs_exist_ok=True)
            embedder = open_embedder_of(settings_in(Path(scratch)), progress)
            library = Library.local(Path(scratch), embedder)
            row: dict[str, list[float]] = {"passages": [], "tokens": []}
            for number in range(plan.rounds):
                texts = new[number * plan.added : (number + 1) * plan.added]
                tokens = sum(len(embedder.token_spans(text)) for text in texts)
                before, begin = len(library), perf_counter()
                library.add(documents(texts))
                seconds = perf_counter() - begin
                row["passages"].append((len(library) - before) / seconds)
                row["tokens"].append(tokens / seconds)
            library.close()
        found[str(size)] = row
        progress("Adding", done + 1, len(folders))
    return found


def memory(scratch: Path, texts: Sequence[str], plan: Plan) -> dict[str, dict[str, float]]:
    """For a corpus and one ten times as large: MB of ``pincite add`` at its most, and of the vectors stored."""
    found = {}
    for count in (plan.corpus, 10 * plan.corpus):
        with TemporaryDirectory(dir=scratch) as name:
            folder = Path(name) / "library"
            folder.mkdir()
            (folder / MODELS).symlink_to(scratch.resolve() / MODELS)
            corpus = Path(name) / "corpus.jsonl"
            lines = [
                json.dumps({"text": text, "id": str(place)}) + "\n" for place, text in enumerate(texts[:count])
            ]
            corpus.write_text("".join(lines), encoding="utf-8")
            command = [pincite(0)[0], "add", str(corpus)]
            process = subprocess.Popen(command, env=environment(folder), stdout=subprocess.DEVNULL)  # noqa: S603
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"pincite add ended with status {process.returncode}")
            vectors = sum(one.stat().st_size for one in folder.glob("*.faiss"))
            found[str(count)] = {"peak_mb": used.ru_maxrss * 1024 / 1e6, "vectors_mb": vectors / 1e6}
    return found


def searching(
    folder: Path, questions: Sequence[str], plan: Plan, *, progress: Progress = silent
) -> dict[str, dict[str, float]]:
    """Percentiles of the ms of one search for the nearest 50 among ever more vectors.

    They are those of the library in ``folder``, of passages and sentences; where they do not suffice, they come
    again, turned at random until their cosine with themselves is 0.9.
    """
    embedder = open_embedder_of(settings_in(folder), progress)
    asked = [embedder.embed_question(question) for question in questions[:100]]
    index, found = VectorIndex.empty(embedder.dimension), {}
    source = _vectors(folder)
    for done, size in enumerate(plan.vectors):
        index = index.extended(_numbered(source, len(index), size - len(index)))
        took = []
        for query in (*asked[:5], *asked):
            begin = perf_counter()
            index.search(query, NEAREST)
            took.append((perf_counter() - begin) * 1000)
        found[str(size)] = percentiles(took[5:])
        progress("Searching among vectors", done + 1, len(plan.vectors))
    return found


def _vectors(folder: Path) -> Iterator[Vectors]:
    """Batches without end: what is stored, and then again and again, turned."""
    rng = np.random.default_rng(SEED)
    turned = False
    while True:
        store = Store(folder / DATABASE)
        try:
            stored = store.passages_after()
            while batch := list(islice(stored, BATCH)):
                vectors = np.concatenate([one.vectors for one in batch])
                yield _turned(vectors, rng) if turned else vectors
        finally:
            store.close()
        turned = True


def _turned(vectors: Vectors, rng: np.random.Generator) -> Vectors:
    away = unit(rng.standard_normal(vectors.shape, dtype=np.float32))
    return unit(0.9 * vectors + (1 - 0.9**2) ** 0.5 * away)


def _numbered(source: Iterator[Vectors], first: int, count: int) -> Iterator[tuple[Ids, Vectors]]:
    """``count`` vectors with ids from ``first`` on; what is left of the last batch is not used."""
    while count > 0:
        vectors = next(source)[:count]
        yield np.arange(first, first + len(vectors), dtype=np.int64), vectors
        first, count = first + len(vectors), count - len(vectors)
