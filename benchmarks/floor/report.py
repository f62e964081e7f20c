"""The distance from the machine's limits in ARCHITECTURE.md: ``python -m benchmarks.floor.report``."""

import json
from statistics import median
from typing import Any

from benchmarks.criteria import table
from benchmarks.floor.__main__ import RESULT
from benchmarks.pages import ARCHITECTURE, put

BEGIN, END = "<!-- floor: begin -->\n", "<!-- floor: end -->"


def load() -> dict[str, Any]:
    """The committed result."""
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return result


def text(result: dict[str, Any]) -> str:
    """What ARCHITECTURE says between its marks."""
    question, adding, scan = result["question"], result["adding"], result["flat_scan"]
    lines = [
        f"Measured on {result['date']} by `python -m benchmarks.floor`, on {result['machine']['cores']} cores,",
        f"medians of {result['rounds']} rounds. The limit is the model's products with its weights alone, in",
        "onnxruntime.",
        "",
        "| | takes | its products, int8 | float32 |",
        "|---|---|---|---|",
        f"| encoding a question of {median(question['tokens']):.0f} tokens, one thread | "
        f"{median(question['encoding_ms']):.2f} ms | {median(question['int8']):.2f} ms, "
        f"{median(question['int8_gflops']):.0f} G/s | {median(question['float32']):.2f} ms, "
        f"{median(question['float32_gflops']):.0f} G/s |",
        f"| adding texts of {median(adding['tokens']):.0f} tokens, all cores | {median(adding['seconds']):.2f} s | "
        f"{median(adding['int8']):.2f} s, {median(adding['int8_gflops']):.0f} G/s | "
        f"{median(adding['float32']):.2f} s, {median(adding['float32_gflops']):.0f} G/s |",
        "",
        f"One thread reads {median(result['memory_gb_s']):.1f} GB a second. Among {scan['vectors'][0]:,} vectors",
        f"an exact search takes {median(scan['flat_ms']):.1f} ms in float32,",
        f"{median(scan['pincite_ms']):.1f} ms in Pincite's index ({median(scan['pincite_gb_s']):.1f} GB a second).",
        "",
        *table(result["criteria"]),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Write it between ARCHITECTURE's marks."""
    put(text(load()), ARCHITECTURE, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
