"""Which documents a question is asked of: those of given ids, and those of which given things are said."""

import math
from dataclasses import dataclass

from index.dates import moments
from index.errors import PinciteError
from index.metadata import Value


class BadFilter(PinciteError):
    """A condition that no metadata could be held against."""


@dataclass(frozen=True, slots=True)
class Equal:
    """The same value, and of the same kind; a date is met by every date that lies in it: a year by its days."""

    value: Value


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number from ``first`` to ``last``, both included."""

    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Dates:
    """A date all of whose time lies from ``first`` to ``last``, in microseconds as of ``index.dates``, or open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What is said under ``name`` has to meet one of ``tests``. Nothing said, or of another kind, meets none."""

    name: str
    tests: tuple[Equal | Numbers | Dates, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that meet all ``conditions`` and, where ``documents`` is not None, whose id is among those."""

    documents: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()


EVERYTHING = Scope()


def between(first: Value | None, last: Value | None) -> Numbers | Dates:
    """The range of numbers, or of dates, from one to the other; None leaves a side open.

    Raises:
        BadFilter: neither is given, one is neither number nor date, or they are not of the same kind.
    """
    ends = [end for end in (first, last) if end is not None]
    if ends and all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
        return Numbers(
            *(float(end) if end is not None else inf for end, inf in ((first, -math.inf), (last, math.inf)))
        )
    begin, end = (moments(one) if isinstance(one, str) else None for one in (first, last))
    if ends and len(ends) == (begin is not None) + (end is not None):
        return Dates(begin.first if begin else None, end.last if end else None)
    raise BadFilter(
        "a range is from a number or a date, to another of the same kind, or one of the two",
        remedy="write dates as 2024-05-17, numbers without quotes",
    )
