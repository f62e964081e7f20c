"""Which weights find the texts that statements were taken from: ``python -m benchmarks.quality.statements FOLDER``.

No labels are needed (the inverse cloze task, Lee et al. 2019, arXiv:1906.00300): of every text one sentence is
withheld, the rest is indexed, and the sentence asks for it. FOLDER is ``../shared/eval``; ten minutes on two
cores. Writes ``statements.json``: the best weights of all in steps of .1, and others beside them.
"""

import itertools
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import ir_measures
from ir_measures import nDCG
from rich.console import Console

from api.opening import open_embedder_of
from api.settings import load_settings
from api.terminal.progress import progress_bars
from benchmarks.machine import machine, versions
from benchmarks.quality.ablation import VARIANTS, ranked
from index.documents import Document
from index.embedding import Embedder
from index.library import Library
from index.passages import Candidates
from index.progress import Progress
from index.sentences import split
from qa.collections import read_collection
from qa.evaluation import Units, indexed
from qa.fusion import STATEMENT, PassageWeights

RESULT = Path(__file__).with_name("statements.json")
COLLECTIONS: tuple[tuple[str, Units], ...] = (
    ("squadshifts-reddit", "documents"),
    ("squadshifts-amazon", "passages"),
    ("distractors-2wiki", "documents"),
)
STATEMENTS = 1000
"""Of each collection at most."""
WORDS = range(8, 36)
SEED = 5
SHOWN = 10

Asked = tuple[str, Candidates]
"""The id of the text without its statement, and what the statement finds."""


def withheld(documents: Sequence[Document]) -> Iterator[tuple[Document, str | None]]:
    """Every text, and the sentence that was taken from it; None where it has too few to spare one."""
    rng = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    for document in documents:
        sentences = split(document.text)
        texts = {span: span.of(document.text) for span in sentences}
        fit = [span for span, text in texts.items() if len(text.split()) in WORDS and "?" not in text]
        if len(sentences) < 4 or not fit:
            yield document, None
            continue
        chosen = rng.choice(fit)
        rest = document.text[: chosen.start] + document.text[chosen.end :]
        kept = Document.from_text(rest, title=document.title, source=document.source, context=document.context)
        yield kept, texts[chosen].strip()


def asked(folder: Path, units: Units, embedder: Embedder, progress: Progress) -> list[Asked]:
    """What the statements of one collection find."""
    made = list(withheld(list(indexed(read_collection(folder), units).documents.values())))
    with tempfile.TemporaryDirectory() as scratch:
        library = Library.local(Path(scratch), embedder, progress=progress)
        library.add([document for document, _ in made], progress=progress)
        found = [
            (document.id, library.search(statement).candidates)
            for document, statement in [(one, taken) for one, taken in made if taken][:STATEMENTS]
        ]
        library.close()
    return found


def scored(collections: Mapping[str, Sequence[Asked]], weights: PassageWeights) -> dict[str, Any]:
    """The weights, their nDCG@10 on each collection, and the mean."""
    each: dict[str, float] = {}
    for name, all_asked in collections.items():
        qrels = {document_id: {document_id: 1} for document_id, _ in all_asked}
        run = {document_id: ranked(found, weights) for document_id, found in all_asked}
        each[name] = round(float(ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]), 4)
    return {"weights": asdict(weights), "mean": round(fmean(each.values()), 4), "ndcg_10": each}


def steps() -> Iterator[PassageWeights]:
    """All shares in steps of .1."""
    size = len(astuple(STATEMENT))
    for tenths in itertools.product(range(11), repeat=size):
        if sum(tenths) == 10:
            yield PassageWeights(*(tenth / 10 for tenth in tenths))


def main() -> None:
    """Try all weights on all collections, and write the best."""
    folder = Path(sys.argv[1])
    with progress_bars(Console(stderr=True)) as progress:
        embedder = open_embedder_of(load_settings(), progress)
        collections = {name: asked(folder / name, units, embedder, progress) for name, units in COLLECTIONS}
        tried = []
        every = list(steps())
        for done, weights in enumerate(every, start=1):
            tried.append(scored(collections, weights))
            progress("Trying weights", done, len(every))
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "model": embedder.fingerprint,
        "statements": {name: len(found) for name, found in collections.items()},
        "best": sorted(tried, key=lambda one: -one["mean"])[:SHOWN],
        "others": {name: scored(collections, weights) for name, weights in VARIANTS.items()},
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
