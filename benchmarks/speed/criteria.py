"""What was promised of speed as the library grows."""

from statistics import median
from typing import Any

from benchmarks.criteria import Criterion


def criteria(result: dict[str, Any]) -> list[Criterion]:
    """Those that one run can decide: of the two largest sizes, and of the smaller of them."""
    sizes = list(result["http"])
    usual, large = result["http"][sizes[-2]]["clients"], result["http"][sizes[-1]]["clients"]
    encoding = median(one["p50"] for one in result["in_process"]["encoding"])
    question = _middle(usual["1"], "p50")
    small, big = result["memory"].values()
    beyond = (big["peak_mb"] - big["vectors_mb"]) / (small["peak_mb"] - small["vectors_mb"])
    return [
        Criterion("median question, ten times as many paragraphs", _middle(large["1"], "p50") / question, 2.5),
        Criterion("99th percentile of 8 clients, of their median", _middle(usual["8"], "p99", "p50"), 4),
        Criterion(
            "questions a second of 8 clients, of one's",
            _middle(usual["8"], "rate") / _middle(usual["1"], "rate"),
            1.6,
            at_least=True,
        ),
        Criterion("a question over HTTP outside encoding, of encoding", (question - encoding) / encoding, 1),
        Criterion("memory of adding ten times as much, without the vectors", beyond, 1.3),
    ]


def _middle(rounds: list[dict[str, float]], name: str, by: str = "") -> float:
    """The median of a value, or of its ratio to another."""
    return median(one[name] / (one[by] if by else 1) for one in rounds)
