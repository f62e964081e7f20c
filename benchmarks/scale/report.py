"""The figures of docs/SCALE.md: ``python -m benchmarks.scale.report``."""

import json
from collections.abc import Iterator
from functools import reduce
from operator import add
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import ROOT, put
from benchmarks.scale.sizes import GRAPH_BYTES, POSTING_BYTES, USABLE, Corpus, Size, nodes
from benchmarks.speed.report import load as measured

RESULT = Path(__file__).parent / "result.json"
PAGE = ROOT / "docs" / "SCALE.md"
BEGIN, END = "<!-- when: begin -->\n", "<!-- when: end -->"
COST_BEGIN, COST_END = "<!-- cost: begin -->\n", "<!-- cost: end -->"
TARGETS = (10_000_000, 1_000_000_000)
CORES = 32
"""Cores, two a worker, for the second row on embedding."""


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def when(speed: dict[str, Any]) -> str:
    """What the page says of the default engine, from the result of ``benchmarks.speed``."""
    http, inside, searching = speed["http"], speed["in_process"]["sizes"], speed["searching"]
    sizes = [size for size in searching if int(size) >= 10_000]
    lines = [
        f"Measured on {speed['date']} by `python -m benchmarks.speed`, on {speed['machine']['cores']} cores:",
        "medians, nothing is read. Beyond 100,000 passages only the index was searched.",
        "",
        f"| passages | {' | '.join(f'{int(size):,}' for size in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
        _row("a question in process, ms", (_p50(inside, size, "unread") for size in sizes)),
        _row("a question over HTTP, one client, ms", (_p50(http, size, "clients", "1") for size in sizes)),
        _row("memory, MB", (f"{http[size]['rss_mb']:.0f}" if size in http else "" for size in sizes)),
        _row("search of the index alone, ms", (f"{searching[size]['p50']:.1f}" for size in sizes)),
        "",
    ]
    return "\n".join(lines)


def cost(result: dict[str, Any], speed: dict[str, Any]) -> str:
    """What the page says of memory, disk and machines."""
    corpora = {name: Corpus(**one) for name, one in result["corpora"].items()}
    whole = reduce(add, corpora.values())
    sizes = [Size.of(whole, target) for target in TARGETS]
    rate = median(speed["adding"]["100000"]["passages"])
    lines = [
        f"Counted on {result['date']} by `python -m benchmarks.scale` in the libraries of {', '.join(corpora)}:",
        f"{whole.passages:,} passages of {whole.sentences:,} sentences,",
        f"{whole.sentences / whole.passages:.2f} a passage. What a passage's share is, in bytes:",
        "",
        "| | bytes | from |",
        "|---|---|---|",
        *(f"| {name} | {_each(total, whole)} | {origin} |" for name, total, origin in _parts(whole)),
        "",
        "And so:",
        "",
        f"| sentences | {' | '.join(_count(size.sentences) for size in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
        *_totals(sizes, rate),
        "",
    ]
    return "\n".join(lines)


def _parts(whole: Corpus) -> Iterator[tuple[str, float, str]]:
    passages, per = whole.passages, whole.sentences / whole.passages
    yield "vector that is searched", whole.vector, "384 × 4, float32"
    yield "graph", GRAPH_BYTES * passages, "HNSW, M = 32: 64 neighbours × 4, and 4 for the higher levels"
    distinct = f"{whole.distinct / passages:.0f} different words × {POSTING_BYTES}"
    yield "words in BM25's index", POSTING_BYTES * whole.distinct, distinct
    yield "vectors of the passage and its sentences", whole.halves, f"(1 + {per:.2f}) × 1,024: 384 × 2, as base64"
    rest = f"{whole.terms / passages:.0f} words × (5.3 as base64 + about 10 as text), bounds, keys"
    yield "the rest of its row", whole.rest, rest
    yield "text, title and metadata of its document", whole.text + whole.place, "UTF-8, as JSON"


def _totals(sizes: list[Size], rate: float) -> Iterator[str]:
    yield _row("passages", (_count(size.passages) for size in sizes))
    yield _row("vectors, graph and words: always in memory", (_bytes(size.searched) for size in sizes))
    yield _row("all fields: in memory unless they are mapped", (_bytes(size.loaded) for size in sizes))
    yield _row("on disk, once", (_bytes(size.stored) for size in sizes))
    share = f"{USABLE:.0%} of 64 GiB"
    yield _row(f"query nodes, fields mapped, {share} each", (f"{nodes(size.searched):,}" for size in sizes))
    yield _row("the same, two replicas", (f"{2 * nodes(size.searched):,}" for size in sizes))
    yield _row("query nodes, all in memory", (f"{nodes(size.loaded):,}" for size in sizes))
    yield _row("the default engine's vectors, in memory", (_bytes(size.local) for size in sizes))
    hours = [size.passages / rate / 3600 for size in sizes]
    yield _row(f"to embed, at {rate:.0f} passages/s on two cores", (_hours(one) for one in hours))
    yield _row(f"the same, on {CORES} cores", (_hours(one / (CORES / 2)) for one in hours))


def _row(name: str, cells: Iterator[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _each(total: float, whole: Corpus) -> str:
    return f"{total / whole.passages:,.0f}"


def _p50(sizes: dict[str, Any], size: str, *path: str) -> str:
    """The median of the rounds' medians, nothing where that size was not asked."""
    if size not in sizes:
        return ""
    rounds = reduce(lambda part, name: part[name], path, sizes[size])
    return f"{median(one['p50'] for one in rounds):.1f}"


def _count(number: float) -> str:
    for unit, name in ((1e9, "billion"), (1e6, "million")):
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return f"{number:,.0f}"


def _bytes(number: float) -> str:
    return f"{number / 1e12:.2f} TB" if number >= 1e12 else f"{number / 1e9:.1f} GB"


def _hours(number: float) -> str:
    return f"{number / 24:.1f} days" if number >= 48 else f"{number:.1f} h"


def main() -> None:
    """Write them between the page's marks."""
    put(when(measured()), PAGE, begin=BEGIN, end=END)
    put(cost(load(), measured()), PAGE, begin=COST_BEGIN, end=COST_END)


if __name__ == "__main__":
    main()
