"""README's table of what reading gains, and the plot behind its default: ``python -m benchmarks.reader.report``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.pages import README, put
from qa.effort import DEFAULT

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- reader: begin -->\n", "<!-- reader: end -->"
HALF = "squad2-dev, passages"


def load(name: str) -> dict[str, Any]:
    """The committed ``result`` or ``curve``."""
    record: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return record


def text(result: dict[str, Any], curve: dict[str, Any]) -> str:
    """What README says between its marks."""
    lines = [
        f"What reading gains: measured on {result['date']} by `python -m benchmarks.reader measure`, on the half",
        "of squad2-dev that the reader was not trained on, asked of the whole collection.",
        "",
        "| squad2-dev, second half of its articles | read | `--fast` |",
        "|---|---|---|",
        *(
            f"| {name} | {_cell(result['read'], path)} | {_cell(result['unread'], path)} |"
            for name, path in _rows()
        ),
        "",
        "What layers gain and cost, both readers trained alike, on articles that neither was trained on",
        f"([plot](benchmarks/reader/curve.svg); {curve['machine']['cores']} cores, {DEFAULT.passages} passages):",
        "",
        "| collection | right first sentences, unread | three layers | six layers, the default |",
        "|---|---|---|---|",
        *(_layers(name, readers) for name, readers in curve["points"].items()),
        "",
    ]
    return "\n".join(lines)


def _layers(collection: str, readers: dict[str, Any]) -> str:
    """A row: what each reader reaches with as many passages as are read by default, and its milliseconds."""
    cells = [f"{readers['none'][0]['sentence_1']:.3f}"]
    for name in ("3-layers", "6-layers"):
        [point] = [one for one in readers[name] if one["passages"] == DEFAULT.passages]
        cells.append(f"{point['sentence_1']:.3f}, {point['median_ms']:.0f} ms")
    return f"| {collection} | {' | '.join(cells)} |"


def _rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row's name, and where its value is."""
    yield "the first sentence holds the answer", (HALF, "evidence", "sentence_1")
    yield "one of the first three does", (HALF, "evidence", "sentence_3")
    yield "the first passage holds the answer", (HALF, "evidence", "passage_1")
    yield "the marked words are a label, of the whole collection", (HALF, "evidence", "words_exact")
    yield "their F1 with the nearest label, of the whole collection", (HALF, "evidence", "words_f1")
    yield "their F1, given the right paragraph", (HALF, "given", "words_f1")
    yield "AUROC, questions made to deceive", (HALF, "deceiving", "auroc")
    yield "AUROC, article absent", (HALF, "left_out", "auroc")
    yield "refused when the article is absent", (HALF, "left_out", "refused")
    yield "answerable questions refused by mistake", (HALF, "left_out", "falsely_refused")
    yield "expected calibration error, article absent", (HALF, "left_out", "calibration_error")
    yield "scifact: nDCG@10", ("scifact, documents", "ranking", "ndcg_10")
    yield "contextual-codebase: Pass@5", ("contextual-codebase, passages", "ranking", "recall_5")


def _cell(reports: dict[str, Any], path: tuple[str, ...]) -> str:
    value: Any = reports
    for key in path:
        value = value[key]
    if value is None:
        return "–"
    return f"{value:.3f}"


def main() -> None:
    """Write the table between README's marks, and the plot."""
    put(text(load("result"), load("curve")), README, begin=BEGIN, end=END)
    _plot(load("curve"))


def _plot(curve: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    figure, axes = pyplot.subplots(figsize=(5.4, 3.4), layout="constrained")
    for number, (collection, readers) in enumerate(curve["points"].items()):
        [unread] = readers["none"]
        for name, points in readers.items():
            if name != "none":
                shown = [unread, *points]
                axes.plot(
                    [point["median_ms"] for point in shown],
                    [point["sentence_1"] for point in shown],
                    color=f"C{number}",
                    linestyle="-" if name == "6-layers" else ":",
                    marker="o",
                    markersize=3,
                    label=f"{collection}, {name}",
                )
    axes.set(xlabel="milliseconds of reading, median", ylabel="right first sentences")
    axes.legend(frameon=False, fontsize=7)
    figure.savefig(FOLDER / "curve.svg", metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
