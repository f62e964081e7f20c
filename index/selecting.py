"""A scope as a condition in SQL: which documents' rows it keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.dates import moments
from index.filters import Condition, Dates, Equal, Numbers, Scope
from index.metadata import Value, kind


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands behind WHERE in a table with a column ``document_id``, and the values of its marks in order."""

    text: str
    values: tuple[Value, ...]


def clause(scope: Scope) -> Clause:
    """What keeps the rows of the scope's documents; values are never part of the text."""
    parts = [_one_of("document_id", scope.documents)] if scope.documents is not None else []
    for condition in scope.conditions:
        found = list(_found(condition))
        union = " UNION ALL ".join(one.text for one in found)
        parts.append(Clause(f"document_id IN ({union})", tuple(value for one in found for value in one.values)))
    text = " AND ".join(part.text for part in parts)
    return Clause(text or "TRUE", tuple(value for part in parts for value in part.values))


def _found(condition: Condition) -> Iterator[Clause]:
    """A query for the documents of each test; those for equal values of one kind are one."""
    equal: dict[str, list[Value]] = {"text": [], "number": [], "boolean": []}
    for test in condition.tests:
        if isinstance(test, Equal):
            equal[kind(test.value)].append(test.value)
            time = moments(test.value) if isinstance(test.value, str) else None
            if time:
                yield _of(condition.name, Clause("first >= ? AND last <= ?", (time.first, time.last)))
        else:
            yield _of(condition.name, _within(test))
    for name, values in equal.items():
        if values:
            one_of = _one_of("value", values)
            yield _of(condition.name, Clause(f"kind = '{name}' AND {one_of.text}", one_of.values))


def _within(test: Numbers | Dates) -> Clause:
    if isinstance(test, Numbers):
        return Clause("kind = 'number' AND value BETWEEN ? AND ?", (test.first, test.last))
    ends = [("first >= ?", test.first), ("last <= ?", test.last)]
    given = [(text, end) for text, end in ends if end is not None]
    return Clause(" AND ".join(["first IS NOT NULL", *(text for text, _ in given)]), tuple(end for _, end in given))


def _of(name: str, test: Clause) -> Clause:
    return Clause(f"SELECT document_id FROM metadata WHERE name = ? AND {test.text}", (name, *test.values))  # noqa: S608 - only marks


def _one_of(column: str, values: Sequence[Value]) -> Clause:
    return Clause(f"{column} IN ({','.join('?' * len(values))})", tuple(values))
