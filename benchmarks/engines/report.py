"""The two engines beside each other in docs/SCALE.md: ``python -m benchmarks.engines.report``."""

import json
from typing import Any

from benchmarks.criteria import table
from benchmarks.engines.__main__ import RESULT
from benchmarks.pages import ROOT, put

PAGE = ROOT / "docs" / "SCALE.md"
BEGIN, END = "<!-- engines: begin -->\n", "<!-- engines: end -->"
NAMES = {"local": "FAISS + SQLite, in a folder", "milvus": "Milvus, as milvus-lite's server"}


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def text(result: dict[str, Any]) -> str:
    """What the page says between its marks."""
    copied = result["copied"]
    lines = [
        f"Measured on {result['date']} by `python -m benchmarks.engines`, on {result['machine']['cores']} cores:",
        f"{result['questions']:,} answerable questions of {result['collection']} among its",
        f"{result['passages']:,} passages, nothing read. `index.copying` brought them from folder to server",
        f"without embedding any, {copied['passages'] / copied['seconds']:.0f} passages a second.",
        "",
        "| engine | nDCG@10 | the right passage first | median, ms | citations | of them wrong |",
        "|---|---|---|---|---|---|",
        *(
            f"| {NAMES[name]} | {one['ndcg_10']:.3f} | {one['hit_1']:.3f} | {one['median_ms']:.1f} | "
            f"{one['citations']:,} | {one['wrong_citations']} |"
            for name, one in result["engines"].items()
        ),
        "",
        *table(result["criteria"]),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Write it between the page's marks."""
    put(text(load()), PAGE, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
