"""README's table of what reading gains, and its plots: ``python -m benchmarks.reader.report``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.pages import README, put
from qa.effort import DEFAULT
from qa.reading.weights import RECORD

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- reader: begin -->\n", "<!-- reader: end -->"
HALF = "squad2-dev, passages"
PLOTS = {"risk-coverage": "Risk against coverage", "reliability": "Reliability"}
WAYS = {"read": "read", "unread": "--fast"}


def load(name: str) -> dict[str, Any]:
    """The committed ``result``, ``curve`` or ``again``."""
    record: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return record


def text(result: dict[str, Any], curve: dict[str, Any], again: dict[str, Any]) -> str:
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
        *(f"![{title}](benchmarks/reader/{name}.svg)" for name, title in PLOTS.items()),
        "",
        *_again(result["read"], again),
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


def _again(read: dict[str, Any], again: dict[str, Any]) -> Iterator[str]:
    """How far the scores are from each other of trainings by the same command."""
    trainings = again["trainings"]
    paths = [path for _, path in _rows() if path[0] == HALF]
    scores = {path: [_value(one["read"], path) for one in trainings] for path in paths}
    apart = max(max(values) - min(values) for values in scores.values())
    off = max(abs(_value(read, path) - value) for path, values in scores.items() for value in values)
    [processor] = {one["trained_on"]["cpu"] for one in trainings}
    yield f"{len(trainings)} trainings anew by the same command with the same seed, on one kind of processor"
    yield f"({processor}), give each of these scores of squad2-dev within {apart:.3f} of each other, and"
    yield f"within {off:.3f} of those of the committed weights, which another kind made ({_trained_on()};"
    yield "`benchmarks/reader/again.json`)."


def _trained_on() -> str:
    """The processor that the committed weights were trained on."""
    return str(json.loads(RECORD.read_text(encoding="utf-8"))["machine"]["cpu"])


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
    yield "refused when the article is absent", (HALF, "left_out", "refused")
    yield "refused of scifact's claims", (HALF, "foreign", "refused")
    yield "answerable questions refused by mistake", (HALF, "left_out", "falsely_refused")
    yield "AUROC, article absent", (HALF, "left_out", "auroc")
    yield "AUROC, questions made to deceive", (HALF, "deceiving", "auroc")
    yield "expected calibration error, article absent", (HALF, "left_out", "calibration_error")
    yield "scifact: nDCG@10", ("scifact, documents", "ranking", "ndcg_10")
    yield "contextual-codebase: Pass@5", ("contextual-codebase, passages", "ranking", "recall_5")


def _cell(reports: dict[str, Any], path: tuple[str, ...]) -> str:
    value = _value(reports, path)
    return "–" if value is None else f"{value:.3f}"


def _value(reports: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = reports
    for key in path:
        value = value[key]
    return value


def main() -> None:
    """Write the table between README's marks, and the plots."""
    result, curve = load("result"), load("curve")
    put(text(result, curve, load("again")), README, begin=BEGIN, end=END)
    _plot_curve(curve)
    _plot_risk(result)
    _plot_reliability(result)


@contextmanager
def _plot(name: str, *, size: tuple[float, float]) -> Iterator[Any]:
    """Axes to draw on, written as ``name``.svg afterwards."""
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    figure, axes = pyplot.subplots(figsize=size, layout="constrained")
    yield axes
    axes.legend(frameon=False, fontsize=7)
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    pyplot.close(figure)


def _plot_risk(result: dict[str, Any]) -> None:
    with _plot("risk-coverage", size=(4.2, 3.2)) as axes:
        for way, name in WAYS.items():
            axes.plot(
                *zip(*result[way][HALF]["left_out"]["risk_coverage"], strict=True), label=f"article absent, {name}"
            )
        axes.set(xlabel="questions answered, most confident first", ylabel="of those, unanswerable")
        axes.set(xlim=(0, 1), ylim=(0, 0.6))


def _plot_reliability(result: dict[str, Any]) -> None:
    with _plot("reliability", size=(4.2, 3.2)) as axes:
        axes.plot([0, 1], [0, 1], linewidth=0.8, linestyle=":", color="grey", label="perfect")
        for way, name in WAYS.items():
            said, held, _ = zip(*result[way][HALF]["left_out"]["reliability"], strict=True)
            axes.plot(said, held, marker="o", markersize=4, label=f"article absent, {name}")
        axes.set(xlabel="confidence", ylabel="answerable", xlim=(0, 1), ylim=(0, 1))


def _plot_curve(curve: dict[str, Any]) -> None:
    with _plot("curve", size=(5.4, 3.4)) as axes:
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


if __name__ == "__main__":
    main()
