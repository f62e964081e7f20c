"""What a measurement had to reach, and whether it did."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Criterion:
    """A measured value and its limit."""

    name: str
    measured: float
    bound: Literal["at least", "at most", "below"]
    limit: float
    unit: str
    passed: bool


def at_least(name: str, measured: float, limit: float, unit: str) -> Criterion:
    """Passed where the value is the limit or more."""
    return Criterion(name, round(measured, 4), "at least", limit, unit, measured >= limit)


def at_most(name: str, measured: float, limit: float, unit: str) -> Criterion:
    """Passed where the value is the limit or less."""
    return Criterion(name, round(measured, 4), "at most", limit, unit, measured <= limit)


def below(name: str, measured: float, limit: float, unit: str) -> Criterion:
    """Passed where the value is less than the limit."""
    return Criterion(name, round(measured, 4), "below", limit, unit, measured < limit)
