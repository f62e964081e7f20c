"""Ask both engines the same questions of the same library, without the reader.

``python -m benchmarks.engines ../shared/eval`` takes a few minutes: the collection's library, in a folder under
PINCITE_DATA, is copied to a Milvus server of one process that is started for it, and every answerable question is
asked of both.
"""

import contextlib
import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rich.console import Console

from api.engines import open_engine
from api.opening import open_embedder_of
from api.settings import Settings, load_settings
from api.terminal.progress import progress_bars
from benchmarks.criteria import Criterion, listed, told
from benchmarks.engines.server import milvus_lite
from benchmarks.machine import machine, versions
from benchmarks.reader.measuring import library_of
from index.copying import copy
from index.embedding import Embedder
from index.library import Library
from index.progress import Progress
from qa.answering import Answerer
from qa.answers import Answer, Citation
from qa.collections import read_collection
from qa.evaluation import Indexed, Units, indexed, run
from qa.measures import ranking

RESULT = Path(__file__).with_name("result.json")
COLLECTION = "squad2-dev"
UNITS: Units = "passages"
TOP_K = 10
MOST_APART = 0.01
"""The nDCG@10 of the two may differ by so much."""


def main() -> None:
    """Measure, and write the result."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the labelled collections")
    parser.add_argument("--limit", type=int, help="ask only so many questions")
    parser.add_argument("--output", type=Path, default=RESULT)
    given = parser.parse_args()
    own = _asked(given.folder / COLLECTION, given.limit)
    with progress_bars(Console(stderr=True)) as progress:
        result = _measured(own, load_settings(), progress)
    given.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(*told(result["criteria"]), sep="\n")


def _asked(folder: Path, limit: int | None) -> Indexed:
    """The collection with its answerable questions, every n-th where there are to be fewer."""
    collection = read_collection(folder)
    answerable = [question for question in collection.questions if question.answerable]
    step = max(1, len(answerable) // limit) if limit else 1
    return indexed(replace(collection, questions=tuple(answerable[::step][:limit])), UNITS)


def _measured(own: Indexed, settings: Settings, progress: Progress) -> dict[str, Any]:
    embedder = open_embedder_of(settings, progress)
    with contextlib.ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        here = opened.enter_context(contextlib.closing(library_of(settings, own, UNITS, embedder, progress)))
        uri = opened.enter_context(milvus_lite(folder))
        there = opened.enter_context(contextlib.closing(_there(settings, uri, embedder)))
        begin = perf_counter()
        copied = copy(here.engine, there.engine, progress=progress)
        there.checkpoint()
        seconds = perf_counter() - begin
        found = {name: _found(library, own, progress) for name, library in (("local", here), ("milvus", there))}
        sizes = {"documents": here.document_count, "passages": len(here)}
    apart = abs(found["local"]["ndcg_10"] - found["milvus"]["ndcg_10"])
    wrong = sum(one["wrong_citations"] for one in found.values())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": {**versions(), **{name: version(name) for name in ("pymilvus", "milvus-lite")}},
        "collection": own.collection.name,
        "units": UNITS,
        "questions": len(own.collection.questions),
        **sizes,
        "copied": {"passages": copied.passages, "seconds": seconds},
        "engines": found,
        "criteria": listed(
            [
                Criterion("nDCG@10 of the two apart", apart, MOST_APART),
                Criterion("citations that do not match, of both", wrong, 0),
            ]
        ),
    }


def _there(settings: Settings, uri: str, embedder: Embedder) -> Library:
    return Library(open_engine("milvus", settings.model_copy(update={"milvus_uri": uri}), embedder))


def _found(library: Library, own: Indexed, progress: Progress) -> dict[str, Any]:
    """How the questions' passages rank, how long an answer takes, and whether every citation is exact."""
    answerer = Answerer(library)
    ranked = ranking(run(answerer, own.collection.questions, own, progress=progress))
    assert ranked
    took, citations, wrong = [], 0, 0
    for question in own.collection.questions:
        begin = perf_counter()
        answer = answerer.ask(question.text, top_k=TOP_K, read=False)
        took.append((perf_counter() - begin) * 1000)
        cited = _citations(answer)
        citations += len(cited)
        wrong += sum(not _exact(one, own) for one in cited)
    return {
        "ndcg_10": ranked.ndcg_10,
        "hit_1": ranked.hit_1,
        "median_ms": median(took),
        "citations": citations,
        "wrong_citations": wrong,
    }


def _citations(answer: Answer) -> list[Citation]:
    quotes = [*([answer.quote] if answer.quote else []), *answer.also]
    passages = [one for passage in answer.passages for one in (passage.citation, passage.sentence)]
    return [*(quote.sentence for quote in quotes), *passages]


def _exact(citation: Citation, own: Indexed) -> bool:
    """Whether the words stand at their place in the collection's own text."""
    document = own.documents.get(citation.document_id)
    return document is not None and citation.span.of(document.text) == citation.cited_text


if __name__ == "__main__":
    main()
