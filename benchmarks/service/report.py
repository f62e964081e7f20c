"""docs/OPERATIONS.md's figures and plots, from the committed results: ``python -m benchmarks.service.report``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.pages import put

FOLDER = Path(__file__).parent
OPERATIONS = FOLDER.parent.parent / "docs" / "OPERATIONS.md"
BEGIN, END = "<!-- service: begin -->\n", "<!-- service: end -->"


def load(name: str) -> dict[str, Any]:
    """The committed ``overload`` or ``soak``."""
    result: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return result


def text(overload: dict[str, Any], soak: dict[str, Any]) -> str:
    """What the page says between its marks."""
    asked = overload["overload"]
    lines = [
        f"`python -m benchmarks.service overload`, {overload['date']}, {overload['machine']['cores']} cores "
        "that the client shares:",
        f"for {overload['seconds']:g} s, {overload['offered_per_second']:g} questions a second came at a constant "
        f"rate, four times the {_most(overload):g} that it",
        f"answers. It answered {asked['accepted']['count']:,} (p50 {asked['accepted']['p50_ms']:g} ms, p99 "
        f"{asked['accepted']['p99_ms']:g}; alone, {overload['unloaded']['p50_ms']:g} and "
        f"{overload['unloaded']['p99_ms']:g}) and refused {asked['refused']['count']:,}.",
        "",
        *_table(overload),
        "",
        "![Answers and refusals under overload](../benchmarks/service/overload.svg)",
        "",
        f"`python -m benchmarks.service soak`, {soak['date']}: {_done(soak)} in {soak['seconds'] / 60:g} minutes,",
        f"half of what it can do. The client checked {soak['citations']['citations']:,} citations, code point "
        "by code point, against the texts that it wrote.",
        "",
        *_table(soak),
        "",
        "![Memory over time](../benchmarks/service/soak.svg)",
        "",
    ]
    return "\n".join(lines)


def _most(overload: dict[str, Any]) -> float:
    return float(max(overload["capacity_per_second"].values()))


def _done(soak: dict[str, Any]) -> str:
    names = {"ask": "questions", "add": "additions", "replace": "replacements", "delete": "deletions"}
    return ", ".join(f"{soak['requests'].get(kind, 0):,} {name}" for kind, name in names.items())


def _table(result: dict[str, Any]) -> Iterator[str]:
    yield "| | measured | wanted | |"
    yield "|---|---|---|---|"
    for one in result["criteria"]:
        name, unit = one["name"], one["unit"]
        measured, limit = _quantity(one["measured"], unit), _quantity(one["limit"], unit)
        yield f"| {name} | {measured} | {one['bound']} {limit} | {'reached' if one['passed'] else '**missed**'} |"


def _quantity(value: float, unit: str) -> str:
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:g} {unit}"


def main() -> None:
    """Write the part between the page's marks, and the plots."""
    overload, soak = load("overload"), load("soak")
    put(text(overload, soak), OPERATIONS, begin=BEGIN, end=END)
    _plot(overload, soak)


def _plot(overload: dict[str, Any], soak: dict[str, Any]) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "pincite"  # the same result gives the same file
    for name, draw, result in (("overload", _draw_overload, overload), ("soak", _draw_soak, soak)):
        figure, axes = pyplot.subplots(figsize=(5.4, 3.4), layout="constrained")
        draw(axes, result)
        axes.set(xlabel="seconds", ylim=(0, None))
        axes.legend(frameon=False, fontsize=8)
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
        pyplot.close(figure)


def _draw_overload(axes: Any, overload: dict[str, Any]) -> None:
    seconds = [one["second"] for one in overload["timeline"]]
    for kind in ("accepted", "refused"):
        axes.plot(seconds, [one[kind] for one in overload["timeline"]], label=f"{kind}, a second")
    axes.plot(seconds, [one["accepted_p99_ms"] for one in overload["timeline"]], label="accepted, p99 in ms")
    axes.axhline(_most(overload), linewidth=0.8, linestyle=":", color="grey", label="capacity")


def _draw_soak(axes: Any, soak: dict[str, Any]) -> None:
    axes.plot(*zip(*soak["memory_mb"], strict=True), label="resident memory, MB")


if __name__ == "__main__":
    main()
