"""README's part on speed, its plot, and where a question's time goes: ``python -m benchmarks.speed.report``."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.criteria import table
from benchmarks.pages import ARCHITECTURE, README, put

FOLDER = Path(__file__).parent
RESULT = FOLDER / "result.json"
BEGIN, END = "<!-- speed: begin -->\n", "<!-- speed: end -->"
BUDGET_BEGIN, BUDGET_END = "<!-- budget: begin -->\n", "<!-- budget: end -->"


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def text(result: dict[str, Any]) -> str:
    """What README says between its marks."""
    sizes, rounds = list(result["http"]), result["plan"]["rounds"]
    lines = [
        f"Measured on {result['date']} by `python -m benchmarks.speed`, on {result['machine']['cores']} cores",
        f"without a GPU, medians of {rounds} rounds. Of the paragraphs, {result['texts']['real']:,} are",
        "real ones, the others are made of their sentences; beyond 10,000 the vectors are composed of those of the",
        "sentences too (`benchmarks/composed.py`). Answers are whole; nothing is read unless it says so.",
        "",
        f"| paragraphs | {' | '.join(f'{int(size):,}' for size in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
        *(f"| {name} | {' | '.join(cells)} |" for name, cells in _rows(result, sizes)),
        "",
        "![Growth](benchmarks/speed/growth.svg)",
        "",
    ]
    return "\n".join(lines)


def _rows(result: dict[str, Any], sizes: list[str]) -> Iterator[tuple[str, list[str]]]:
    starting, http, inside, adding = (result[part] for part in ("starting", "http", "in_process", "adding"))
    yield "start to ready, s", [f"{median(starting[size]['ready_s']):.2f}" for size in sizes]
    yield "start to first answer, s", [f"{median(starting[size]['answered_s']):.2f}" for size in sizes]
    yield "memory after questions, MB", [f"{http[size]['rss_mb']:.0f}" for size in sizes]
    for name, way in (("in process", "unread"), ("in process, read", "read")):
        yield f"{name}: p50 / p95 / p99, ms", [_three(inside["sizes"][size][way]) for size in sizes]
    for clients in http[sizes[0]]["clients"]:
        name = "1 client" if clients == "1" else f"{clients} clients"
        rows = [http[size]["clients"][clients] for size in sizes]
        yield f"HTTP, {name}: p50 / p95 / p99, ms", [_three(row) for row in rows]
        yield f"HTTP, {name}: questions/s", [f"{_middle(row, 'rate'):.0f}" for row in rows]
    yield "adding: passages/s", [f"{median(adding[size]['passages']):.0f}" for size in sizes]
    yield "adding: tokens/s", [f"{median(adding[size]['tokens']):,.0f}" for size in sizes]


def budget(result: dict[str, Any]) -> str:
    """What ARCHITECTURE says of where the time of a question goes."""
    size = list(result["http"])[-2]
    parts = result["budget"]
    whole = {way: sum(map(median, parts[way].values())) for way in parts}
    over_http = _middle(result["http"][size]["clients"]["1"], "p50")
    inside = _middle(result["in_process"]["sizes"][size]["unread"], "p50")
    lines = [
        f"Measured on {result['date']} by `python -m benchmarks.speed` among {int(size):,} paragraphs, on",
        f"{result['machine']['cores']} cores, medians of {result['plan']['rounds']} rounds: each part's own",
        "milliseconds, without those of the parts inside it.",
        "",
        "| part of a question | nothing read, ms | read, ms |",
        "|---|---|---|",
        *(
            f"| {name} | {median(parts['unread'][name]):.2f} | {median(parts['read'][name]):.2f} |"
            for name in parts["read"]
        ),
        f"| all of them | {whole['unread']:.2f} | {whole['read']:.2f} |",
        f"| HTTP, its client included (one client's median less that in process) | {over_http - inside:.2f} | |",
        "",
        *table(result["criteria"]),
        "",
    ]
    return "\n".join(lines)


def _three(rounds: list[dict[str, float]]) -> str:
    return " / ".join(f"{_middle(rounds, name):.1f}" for name in ("p50", "p95", "p99"))


def _middle(rounds: list[dict[str, float]], name: str) -> float:
    return median(one[name] for one in rounds)


def main() -> None:
    """Write the part between README's marks, and the plot."""
    result = load()
    put(text(result), README, begin=BEGIN, end=END)
    put(budget(result), ARCHITECTURE, begin=BUDGET_BEGIN, end=BUDGET_END)
    _plot(result)


def _plot(result: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    sizes = list(result["http"])
    across = [int(size) for size in sizes]
    figure, axes = pyplot.subplots(figsize=(5.4, 3.4), layout="constrained")
    for name, up in (
        ("HTTP, one client", [_middle(result["http"][s]["clients"]["1"], "p50") for s in sizes]),
        ("in process", [_middle(result["in_process"]["sizes"][s]["unread"], "p50") for s in sizes]),
    ):
        axes.plot(across, up, marker="o", markersize=4, label=f"{name}, median")
    searching = result["searching"]
    axes.plot(
        [int(size) for size in searching],
        [one["p50"] for one in searching.values()],
        marker=".",
        linestyle=":",
        label="search among as many vectors alone",
    )
    axes.set(xlabel="paragraphs, or vectors", ylabel="milliseconds", xscale="log", yscale="log")
    axes.legend(frameon=False, fontsize=7)
    figure.savefig(FOLDER / "growth.svg", metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
