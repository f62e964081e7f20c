"""README's tables from the committed result: ``python -m benchmarks.quality.report``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.pages import README, put

FOLDER = Path(__file__).parent
RESULT = FOLDER / "result.json"
PINCITE = "Pincite: all five, a statement's weights for a statement"
PLAIN = ("passage vectors only", "plain hybrid: half BM25, half passage vectors")
PUBLISHED = (80.9, 87.2, 90.1)
"""Pass@5/10/20 of embeddings alone on contextual-codebase, by those who made it (anthropic-cookbook)."""
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
        "is not in the table; those for statements, which scifact asks with, on texts without labels",
        "(`python -m benchmarks.quality.statements`). Rankings are of 1,500 questions at most, the same for each",
        "column.",
        "",
        "| ranking | Pincite | passage vectors only | half BM25, half vectors |",
        "|---|---|---|---|",
        *_ranking(result["ablation"]),
        "",
        *_published(parts["contextual-codebase", "passages"]["ranking"]),
        "",
        *_latency(result["latency"]),
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
        values = [ablation[way][collection][measure] for way in (PINCITE, *PLAIN)]
        cells = (f"**{value:.3f}**" if value == max(values) else f"{value:.3f}" for value in values)
        yield f"| {name} | {' | '.join(cells)} |"


def _published(ranking: dict[str, Any]) -> Iterator[str]:
    """Beside what was published of the same chunks and questions."""
    own, published = (
        " / ".join(f"{value:.1f}" for value in values)
        for values in ([100 * ranking[f"recall_{most}"] for most in (5, 10, 20)], PUBLISHED)
    )
    yield f"contextual-codebase, Pass@5/10/20: {own}, where its makers publish {published} for"
    yield "embeddings ([anthropic-cookbook](https://github.com/anthropics/anthropic-cookbook))."


def _latency(found: dict[str, Any]) -> Iterator[str]:
    """What an answer costs beside a plain hybrid's five texts."""
    plain, encoding, ranking, answer = (
        f"{found['milliseconds'][way]:.1f}"
        for way in ("plain hybrid", "encoding", "Pincite's ranking", "Pincite's answer")
    )
    yield f"In process, among {found['passages']:,} passages, a plain hybrid of the same model, FAISS and tantivy"
    yield f"returns five texts in {plain} ms, of which {encoding} are encoding. Pincite ranks passages and"
    yield f"sentences in {ranking} ms, and its answer, every citation checked, takes {answer}: {found['ratio']:.2f}"
    yield "times the hybrid's."


def ablation_table(result: dict[str, Any]) -> str:
    """What each signal gains, as Markdown: nDCG@10 on each collection, and the time of scoring."""
    names = list(result["ablation"][PINCITE])
    lines = ["| ranking by | " + " | ".join(names) + " | scoring, ms |", "|---" * (len(names) + 2) + "|"]
    for variant, found in result["ablation"].items():
        values = " | ".join(f"{found[name]['nDCG@10']:.3f}" for name in names)
        lines.append(f"| {variant} | {values} | {found[names[0]]['scoring_ms']:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the tables between README's marks, and the ablation."""
    result = load()
    put(text(result), README, begin=BEGIN, end=END)
    (FOLDER / "ablation.md").write_text(ablation_table(result), encoding="utf-8")


def _pair(name: str, evidence: dict[str, Any], unit: str) -> str:
    return f"| {name} | {evidence[f'{unit}_1']:.3f} | {evidence[f'{unit}_3']:.3f} |"


def _found(name: str, one: dict[str, Any]) -> str:
    return f"| {name} | {one['recalled_5']:.3f} | {one['precise_5']:.3f} |"


if __name__ == "__main__":
    main()
