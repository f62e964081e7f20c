"""What was promised of speed, as ratios of medians of one run."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Criterion:
    """``ratio`` is to be at most ``limit``, or at least where ``at_least`` says so."""

    name: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def listed(found: Iterable[Criterion]) -> list[dict[str, Any]]:
    """For the record."""
    return [asdict(one) | {"met": one.met} for one in found]


def told(record: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The record as lines for who waits."""
    for one in record:
        side = "at least" if one["at_least"] else "at most"
        met = "met    " if one["met"] else "NOT MET"
        yield f"{met} {one['name']}: {one['ratio']:.3f}, wanted {side} {one['limit']:.3f}"


def table(record: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The record as rows of Markdown."""
    yield "| ratio | measured | wanted | |"
    yield "|---|---|---|---|"
    for one in record:
        side = "at least" if one["at_least"] else "at most"
        met = "met" if one["met"] else "**not met**"
        yield f"| {one['name']} | {one['ratio']:.2f} | {side} {one['limit']:.2f} | {met} |"
