"""Filters as Milvus' expressions; nothing that somebody wrote stands in one, only hashes and numbers."""

import hashlib
import math
from collections.abc import Iterator, Sequence

from index.dates import moments
from index.filters import Condition, Dates, Equal, Numbers, Scope
from index.metadata import Metadata, kind

Said = dict[str, dict[str, str | float | int | bool]]


def hashed(text: str) -> str:
    """64 bits that stand for a text of any length and of any characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def said(metadata: Metadata) -> Said:
    """What expressions look at: under each name's hash a value ``t``, ``n`` or ``b``, and of a date both ends."""
    found: Said = {}
    for name, value in metadata.pairs:
        own: dict[str, str | float | int | bool] = {}
        if isinstance(value, str):
            own["t"] = hashed(value)
            if time := moments(value):
                own |= {"f": time.first, "l": time.last}
        elif isinstance(value, bool):
            own["b"] = value
        else:
            own["n"] = float(value)
        found[_name(name)] = own
    return found


def expression(scope: Scope) -> str:
    """What keeps the rows of the scope's documents; '' for all."""
    parts = [one_of("document_id", scope.documents)] if scope.documents is not None else []
    parts += [f"({' or '.join(_tests(condition))})" for condition in scope.conditions]
    return " and ".join(parts)


def one_of(field: str, values: Sequence[str]) -> str:
    """A field with one of some values that hold nothing but letters, digits and hyphens."""
    if not values:
        return f'{field} == ""'
    return f"{field} in [{', '.join(f'{chr(34)}{value}{chr(34)}' for value in values)}]"


def _name(name: str) -> str:
    return f"h{hashed(name)}"


def _tests(condition: Condition) -> Iterator[str]:
    own = f'said["{_name(condition.name)}"]'
    for test in condition.tests:
        if isinstance(test, Equal):
            yield from _equal(own, test)
        elif isinstance(test, Numbers):
            yield _within(f'{own}["n"]', test.first, f'{own}["n"]', test.last)
        else:
            yield _between(own, test)
    if not condition.tests:
        yield "key == ''"


def _equal(own: str, test: Equal) -> Iterator[str]:
    if isinstance(test.value, str):
        yield f'{own}["t"] == "{hashed(test.value)}"'
        if time := moments(test.value):
            yield f'({own}["f"] >= {time.first} and {own}["l"] <= {time.last})'
    elif kind(test.value) == "boolean":
        yield f'{own}["b"] == {str(test.value).lower()}'
    else:
        yield f'{own}["n"] == {_number(float(test.value))}'


def _between(own: str, test: Dates) -> str:
    return _within(
        f'{own}["f"]',
        -math.inf if test.first is None else test.first,
        f'{own}["l"]',
        math.inf if test.last is None else test.last,
    )


def _within(low: str, first: float, high: str, last: float) -> str:
    ends = [f"{low} >= {_number(first)}"] if first > -math.inf else []
    ends += [f"{high} <= {_number(last)}"] if last < math.inf else []
    return f"({' and '.join(ends)})"


def _number(value: float) -> str:
    """A number as an expression has it, without an exponent."""
    return str(value) if isinstance(value, int) else format(value, "f") if value == int(value) else f"{value:.17g}"
