"""README's table of the peers, and the ratios in ARCHITECTURE.md: ``python -m benchmarks.peers.report``."""

import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.criteria import table
from benchmarks.pages import ARCHITECTURE, README, put
from benchmarks.peers.criteria import ask_ms, p50

FOLDER = Path(__file__).parent
RESULT = FOLDER / "result.json"
BEGIN, END = "<!-- peers: begin -->\n", "<!-- peers: end -->"
RATIOS_BEGIN, RATIOS_END = "<!-- ratios: begin -->\n", "<!-- ratios: end -->"


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def text(result: dict[str, Any]) -> str:
    """What README says between its marks."""
    questions = result["plan"]["rounds"] * result["plan"]["questions"]
    plan, count = result["plan"], result["texts"]["count"]
    lines = [
        f"Measured on {result['date']} by `python -m benchmarks.peers`, on {result['machine']['cores']} cores",
        f"without a GPU, everybody in turn, medians of {plan['rounds']} rounds: the same model, {count:,}",
        f"paragraphs and {questions} questions of squad2-dev. Peers run with their own number of threads and with",
        "one, and the better counts. They return paragraphs; Pincite the sentence that answers, and citations.",
        "",
        "| | in process, ms | HTTP, ms | questions/s, 8 clients | adding, /s | first answer, s | RAM, MB | "
        "installed, MB | nDCG@10 | first right |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_row(result, name) for name in result["subjects"]),
        "",
        "![Milliseconds of a question against nDCG@10](benchmarks/peers/peers.svg)",
        "",
    ]
    return "\n".join(lines)


def ratios(result: dict[str, Any]) -> str:
    """What ARCHITECTURE says of them between its marks: what is aimed at, and what was measured."""
    return "\n".join([*table(result["criteria"]), ""])


def _row(result: dict[str, Any], name: str) -> str:
    one = result["subjects"][name]
    version = next(iter(one["versions"].values()))
    shown = f"{one['peer']} {version}" if one["peer"] not in {"Pincite", "tutorial"} else one["peer"]
    mode = {"reading": "with reading", "hybrid": "hybrid", "dense": "dense"}[one["mode"]]
    over = [row for row in result["services"] if row["name"] == name]
    http = f"{min(map(p50, over)):.1f}" if over else "–"
    rate = f"{max(median(row['rate_8']) for row in over):.0f}" if over else "–"
    memory = min((row["rss_mb"] for row in over), default=one["rss_mb"])
    adding = _middle(result["adding"].get(name), ".0f")
    starting = result["starting"]
    start = _middle(starting["services"].get(name) or starting["processes"].get(name), ".1f")
    cells = [f"{ask_ms(one):.1f}", http, rate, adding, start, f"{memory:.0f}", _size(result, one)]
    cells += [f"{one['ndcg_10']:.3f}", f"{one['hit_1']:.3f}"]
    label = f"**{shown}, {mode}**" if one["peer"] == "Pincite" else f"{shown}, {mode}"
    return f"| {label} | {' | '.join(cells)} |"


def _size(result: dict[str, Any], one: dict[str, Any]) -> str:
    """Everything that is installed; of Pincite also what is left in the container, once models are compiled."""
    if one["peer"] == "Pincite":
        return f"{one['install_mb']:.0f}, service {result['pincite_serving_mb']:.0f}"
    return f"{one['install_mb']:.0f}"


def _middle(values: list[float] | None, form: str) -> str:
    return format(median(values), form) if values else "–"


def main() -> None:
    """Write both, and the plot."""
    result = load()
    put(text(result), README, begin=BEGIN, end=END)
    put(ratios(result), ARCHITECTURE, begin=RATIOS_BEGIN, end=RATIOS_END)
    _plot(result)


def _plot(result: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    figure, axes = pyplot.subplots(figsize=(5.4, 3.4), layout="constrained")
    for name, one in result["subjects"].items():
        own = one["peer"] == "Pincite"
        axes.plot(ask_ms(one), one["ndcg_10"], "s" if own else "o", markersize=6 if own else 4)
        axes.annotate(name, (ask_ms(one), one["ndcg_10"]), (4, 3), textcoords="offset points", fontsize=6)
    axes.set(xlabel="milliseconds a question, in process, median", ylabel="nDCG@10", xscale="log")
    figure.savefig(FOLDER / "peers.svg", metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
