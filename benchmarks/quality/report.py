"""README's table and plots from the committed result: ``python -m benchmarks.quality.report``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.pages import README, put

FOLDER = Path(__file__).parent
RESULT = FOLDER / "result.json"
PINCITE = "Pincite: all five, a statement's weights for a statement"
PLAIN = ("passage vectors only", "plain hybrid: half BM25, half passage vectors")
BEGIN, END = "<!-- quality: begin -->\n", "<!-- quality: end -->"


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def text(result: dict[str, Any]) -> str:
    """What README says between its marks."""
    parts = {(report["collection"], report["units"]): report["parts"] for report in result["reports"]}
    squad, whole = parts["squad2-dev", "passages"], parts["squad2-dev", "documents"]
    lines = [
        f"Retrieval alone, nothing read: measured on {result['date']} by `python -m benchmarks.quality`, on",
        f"{result['machine']['cores']} cores without a GPU. The weights were chosen on squadshifts-reddit, which",
        "is not in the table. Rankings are of 1,500 questions at most, the same for each column.",
        "",
        "| ranking | Pincite | passage vectors only | half BM25, half vectors |",
        "|---|---|---|---|",
        *_ranking(result["ablation"]),
        "",
        "| evidence | first | first three |",
        "|---|---|---|",
        _pair("squad2-dev, cut by Pincite: the passage holds the answer", whole["evidence"], "passage"),
        _pair("squad2-dev: the sentence holds the answer", squad["evidence"], "sentence"),
        "",
        "| long documents (chroma-chunking), first five passages | excerpts found | of what is shown, excerpt |",
        "|---|---|---|",
        _found("Pincite", parts["chroma-chunking", "documents"]["evidence"]),
        *(_found(name, one) for name, one in result["baselines"].items()),
        "",
        '| "the documents do not say", squad2-dev | |',
        "|---|---|",
        *_abstention(squad),
        "",
        "![Risk against coverage](benchmarks/quality/risk-coverage.svg)",
        "![Reliability](benchmarks/quality/reliability.svg)",
        "",
    ]
    return "\n".join(lines)


def _ranking(ablation: dict[str, Any]) -> Iterator[str]:
    """Pincite, and what a tutorial builds, on the same questions of each collection."""
    for name, collection, measure in (
        ("squad2-dev, its 1,204 paragraphs: nDCG@10", "squad2-dev", "nDCG@10"),
        ("squad2-dev: the right paragraph first", "squad2-dev", "Success@1"),
        ("scifact, 5,183 abstracts: nDCG@10", "scifact", "nDCG@10"),
        ("contextual-codebase, 737 chunks: Pass@5", "contextual-codebase", "R@5"),
        ("squadshifts-amazon, 413 documents of reviews: nDCG@10", "squadshifts-amazon", "nDCG@10"),
    ):
        values = [ablation[way][collection][measure] for way in ("all five", *PLAIN)]
        cells = (f"**{value:.3f}**" if value == max(values) else f"{value:.3f}" for value in values)
        yield f"| {name} | {' | '.join(cells)} |"


def _abstention(squad: dict[str, Any]) -> Iterator[str]:
    absent, foreign = squad["abstention_left_out"], squad["abstention_foreign"]
    for name, value in (
        ("questions refused when their article is not in the library", _percent(absent["refused"])),
        ("scifact's claims refused", _percent(foreign["refused"])),
        ("answerable questions refused by mistake", _percent(absent["falsely_refused"])),
        ("AUROC, article absent", f"{absent['auroc']:.3f}"),
        ("AUROC, questions made to deceive", f"{squad['abstention']['auroc']:.3f}"),
        ("expected calibration error, article absent", f"{absent['calibration_error']:.3f}"),
    ):
        yield f"| {name} | {value} |"


def ablation_table(result: dict[str, Any]) -> str:
    """What each signal gains, as Markdown: nDCG@10 on each collection, and the time of scoring."""
    names = list(result["ablation"]["all five"])
    lines = ["| ranking by | " + " | ".join(names) + " | scoring, ms |", "|---" * (len(names) + 2) + "|"]
    for variant, found in result["ablation"].items():
        values = " | ".join(f"{found[name]['nDCG@10']:.3f}" for name in names)
        lines.append(f"| {variant} | {values} | {found[names[0]]['scoring_ms']:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table between README's marks, the ablation and the two plots."""
    result = load()
    put(text(result), README, begin=BEGIN, end=END)
    (FOLDER / "ablation.md").write_text(ablation_table(result), encoding="utf-8")
    _plot(result)


def _plot(result: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    parts = next(
        r["parts"] for r in result["reports"] if (r["collection"], r["units"]) == ("squad2-dev", "passages")
    )
    absent = parts["abstention_left_out"]
    for name, across, up, draw in (
        ("risk-coverage", "questions answered, most confident first", "of those, unanswerable", _draw_risk),
        ("reliability", "confidence", "answerable", _draw_reliability),
    ):
        figure, axes = pyplot.subplots(figsize=(4.2, 3.2), layout="constrained")
        draw(axes, absent)
        axes.set(xlabel=across, ylabel=up, xlim=(0, 1), ylim=(0, 1 if name == "reliability" else 0.6))
        axes.legend(frameon=False, fontsize=8)
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
        pyplot.close(figure)


def _draw_risk(axes: Any, absent: dict[str, Any]) -> None:
    axes.plot(*zip(*absent["risk_coverage"], strict=True), label="squad2-dev, article in or absent")


def _draw_reliability(axes: Any, absent: dict[str, Any]) -> None:
    said, held, _ = zip(*absent["reliability"], strict=True)
    axes.plot([0, 1], [0, 1], linewidth=0.8, linestyle=":", color="grey", label="perfect")
    axes.plot(said, held, marker="o", markersize=4, label="squad2-dev, article in or absent")


def _pair(name: str, evidence: dict[str, Any], unit: str) -> str:
    return f"| {name} | {evidence[f'{unit}_1']:.3f} | {evidence[f'{unit}_3']:.3f} |"


def _found(name: str, one: dict[str, Any]) -> str:
    return f"| {name} | {one['recalled_5']:.3f} | {one['precise_5']:.3f} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
