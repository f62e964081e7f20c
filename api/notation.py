"""Metadata and filters as they are written on a line: ``author=Ada``, ``date>=2024-01-01``."""

import json
import re
from collections.abc import Iterable, Sequence

from api.bodies.filters import conditions
from index.dates import moments
from index.errors import PinciteError
from index.metadata import MAX_NUMBER, BadMetadata, Metadata, Value

_WRITTEN = re.compile(r"(?P<name>[^=<>]+)(?P<sign>=|>=|<=)(?P<value>.*)", re.DOTALL)
_ENDS = {">=": "from", "<=": "to"}
Range = dict[str, Value]


class BadCondition(PinciteError):
    """A condition that is not written as one."""


def metadata_of(written: Iterable[str]) -> Metadata:
    """What ``NAME=VALUE`` each say; the last of one name counts.

    ``true`` and ``false`` are booleans, and what is written as JSON writes numbers is one: 12 and 0.5, not 007 or
    1.50. A value in double quotes is a string.

    Raises:
        BadMetadata: one is written otherwise, or cannot be metadata.
    """
    pairs: dict[str, object] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals:
            raise BadMetadata(f"'{one}' is no metadata", remedy="write NAME=VALUE, such as author='Ada Brandt'")
        pairs[name] = readings(value)[-1]
    return Metadata.of(pairs)


def filter_of(written: Sequence[str]) -> dict[str, list[Value | Range]] | None:
    """The filter, as JSON has it, that ``NAME=VALUE``, ``NAME>=VALUE`` and ``NAME<=VALUE`` make together.

    Several equal signs of one name are alternatives; ``>=`` and ``<=`` are the ends of a range. A value that can be
    read in two ways, as 2024 can as a number and as a year, is read in both. None where nothing is written.

    Raises:
        BadCondition: one is written otherwise, or there are two ranges, or a range and values, of one name.
        BadFilter, BadMetadata: they are too many, or a name or value is none that metadata can have.
    """
    equal: dict[str, list[Value | Range]] = {}
    ends: dict[str, dict[str, str]] = {}
    for one in written:
        found = _WRITTEN.fullmatch(one)
        if not found:
            raise BadCondition(f"'{one}' is no condition", remedy="write NAME=VALUE, NAME>=VALUE or NAME<=VALUE")
        name, end = found["name"], _ENDS.get(found["sign"])
        if end is None:
            equal.setdefault(name, []).extend(readings(found["value"]))
        elif end in ends.get(name, {}):
            raise BadCondition(f"'{name}' has two ranges", remedy=f"write {found['sign']} once for each name")
        else:
            ends.setdefault(name, {})[end] = found["value"]
    for name in equal.keys() & ends.keys():
        raise BadCondition(f"'{name}' has values and a range", remedy="write either")
    ranges = {name: _ranges(name, given) for name, given in ends.items()}
    conditions({**equal, **ranges})
    return {**equal, **ranges} or None


def readings(value: str) -> list[Value]:
    """What ``value`` can mean: the string that it is, and then the number or boolean as which JSON writes it."""
    try:
        meant = json.loads(value)
    except (ValueError, RecursionError):
        return [value]
    if isinstance(meant, str):
        return [meant]
    plain = isinstance(meant, bool | int | float) and abs(meant) <= MAX_NUMBER and json.dumps(meant) == value
    return [value, meant] if plain else [value]


def _ranges(name: str, given: dict[str, str]) -> list[Value | Range]:
    numbers: Range = {
        end: read for end, value in given.items() for read in readings(value)[1:] if not isinstance(read, bool)
    }
    dates: Range = {end: value for end, value in given.items() if moments(value)}
    found: list[Value | Range] = [one for one in (numbers, dates) if len(one) == len(given)]
    if not found:
        raise BadCondition(
            f"the range of '{name}' is neither of numbers nor of dates", remedy="write dates as 2024-05-17"
        )
    return found
