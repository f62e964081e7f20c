"""A condition in SQL keeps what it says in words."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.bodies.filters import conditions
from index.dates import moments
from index.documents import Document
from index.filters import BadFilter, Condition, Dates, Equal, Numbers, Scope, between
from index.matching import Termed
from index.metadata import BadMetadata, Metadata, Value, kind
from index.passages import Prepared
from index.spans import Span
from index.store import Store


def document(text: str, **metadata: Value) -> Document:
    return Document.from_text(text, title="", source="", metadata=Metadata.of(metadata))


DOCUMENTS = [
    document("one", author="Ada", year=2023, date="2023-12-31T23:30:00-01:00", share=0.5),
    document("two", author="Olaf", year=2024, date="2024-05-17", signed=True),
    document("three", author="ada", year=2024.0, date="2024", signed=False),
    document("four", author="Ada", year="2024", date="2024-05-17T10:00:00Z", signed=1),
    document("five", author="x' OR 1=1 --", date="soon", share=-2),
    document("six"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Six documents, each with the passage of its number."""
    opened = Store(tmp_path_factory.mktemp("store") / "library.sqlite3")
    add(opened, DOCUMENTS)
    yield opened
    opened.close()


def add(store: Store, documents: list[Document]) -> None:
    nothing = Termed(np.array([], dtype=np.uint32), (0, 0))
    with store.transaction():
        for one in documents:
            store.add_document(one)
            store.add_passages(one.id, [Prepared((Span(0, 1),), nothing, np.zeros((2, 4), np.float32))])


CASES: list[tuple[dict[str, object], list[int]]] = [
    ({}, [1, 2, 3, 4, 5, 6]),
    ({"author": "Ada"}, [1, 4]),
    ({"author": ["Ada", "Olaf", "nobody"]}, [1, 2, 4]),
    ({"author": "x' OR 1=1 --"}, [5]),
    ({"author": "Ada", "year": 2023}, [1]),
    ({"author": "Ada", "year": 2024}, []),
    ({"year": 2024}, [2, 3]),
    ({"year": "2024"}, [4]),
    ({"year": [2024, "2024"]}, [2, 3, 4]),
    ({"year": {"from": 2023, "to": 2023.5}}, [1]),
    ({"year": {"from": 2024}}, [2, 3]),
    ({"share": {"to": 0}}, [5]),
    ({"share": {"from": 1, "to": 0}}, []),
    ({"signed": True}, [2]),
    ({"signed": False}, [3]),
    ({"signed": 1}, [4]),
    ({"signed": {"from": 0, "to": 1}}, [4]),
    ({"date": "2024-05-17"}, [2, 4]),
    ({"date": "2024"}, [1, 2, 3, 4]),
    ({"date": "2023"}, []),
    ({"date": "soon"}, [5]),
    ({"date": {"from": "2024-05", "to": "2024-05-17"}}, [2, 4]),
    ({"date": {"from": "2024-05-17T09:00"}}, [4]),
    ({"date": {"to": "2024-01-01"}}, [1]),
    ({"date": {"from": "0001", "to": "9999"}}, [1, 2, 3, 4]),
    ({"date": {"from": 2000, "to": 3000}}, []),
    ({"date": [{"to": "2024-01-01"}, "soon"]}, [1, 5]),
    ({"nothing of the kind": "Ada"}, []),
]


@pytest.mark.parametrize(("wanted", "kept"), CASES, ids=str)
def test_a_filter_keeps_what_it_says(store: Store, wanted: dict[str, object], kept: list[int]) -> None:
    assert store.passage_ids(Scope(conditions=conditions(wanted))) == kept
    some = (DOCUMENTS[0].id, DOCUMENTS[3].id)
    assert store.passage_ids(Scope(some, conditions(wanted))) == [one for one in kept if one in (1, 4)]


def test_no_documents_are_kept_by_an_empty_list_of_them(store: Store) -> None:
    assert store.passage_ids(Scope(())) == []


VALUES = st.one_of(
    st.booleans(),
    st.integers(-3, 3),
    st.floats(-3, 3),
    st.sampled_from(["a", "A", "2023", "2024", "2024-05", "2024-05-17", "2024-05-17T10:00Z", "1", "true"]),
)
DATES = st.sampled_from(["2023", "2024", "2024-05", "2024-05-17", "2024-05-17T10:00"])
RANGES = st.one_of(
    st.tuples(st.one_of(st.none(), st.floats(-3, 3)), st.integers(-3, 3)),
    st.tuples(DATES, st.one_of(st.none(), DATES)),
)
TESTS = st.one_of(VALUES.map(Equal), RANGES.map(lambda ends: between(*ends)))


def meets(value: Value, test: Equal | Numbers | Dates) -> bool:
    """The rule, in Python."""
    time = moments(value) if isinstance(value, str) else None
    if isinstance(test, Numbers):
        return kind(value) == "number" and test.first <= float(value) <= test.last
    if isinstance(test, Dates):
        return (
            time is not None
            and (test.first is None or test.first <= time.first)
            and (test.last is None or time.last <= test.last)
        )
    wanted = moments(test.value) if isinstance(test.value, str) else None
    inside = bool(time and wanted and wanted.first <= time.first and time.last <= wanted.last)
    return inside or (kind(value) == kind(test.value) and value == test.value)


@given(
    st.lists(st.dictionaries(st.sampled_from("ab"), VALUES), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from("abc"), st.lists(TESTS, min_size=1, max_size=3)), max_size=2),
)
@settings(deadline=None, max_examples=60)
def test_any_filter_keeps_what_the_rule_keeps(
    tmp_path_factory: pytest.TempPathFactory,
    said: list[dict[str, Value]],
    wanted: list[tuple[str, list[Equal | Numbers | Dates]]],
) -> None:
    store = Store(tmp_path_factory.mktemp("any") / "library.sqlite3")
    add(store, [document(f"text {number}", **one) for number, one in enumerate(said)])
    scope = Scope(conditions=tuple(Condition(name, tuple(tests)) for name, tests in wanted))
    expected = [
        number
        for number, one in enumerate(said, start=1)
        if all(name in one and any(meets(one[name], test) for test in tests) for name, tests in wanted)
    ]
    assert store.passage_ids(scope) == expected
    store.close()


BAD: list[tuple[dict[str, object], type[Exception], str]] = [
    ({"a": None}, BadFilter, "what is asked of 'a' is no condition"),
    ({"a": {"gt": 1}}, BadFilter, "what is asked of 'a' is no condition"),
    ({"a": [["b"]]}, BadFilter, "what is asked of 'a' is no condition"),
    ({"a": []}, BadFilter, "the list for 'a' has 0 values"),
    ({"a": ["b"] * 101}, BadFilter, "the list for 'a' has 101 values"),
    ({"a": {}}, BadFilter, "a range is from a number or a date"),
    ({"a": {"from": None}}, BadFilter, "a range is from a number or a date"),
    ({"a": {"from": "a", "to": "b"}}, BadFilter, "a range is from a number or a date"),
    ({"a": {"from": 1, "to": "2024"}}, BadFilter, "a range is from a number or a date"),
    ({"a": {"from": True}}, BadFilter, "a range is from a number or a date"),
    ({"a": {"from": 10**400}}, BadMetadata, "the metadata 'a' is a number that is not finite"),
    ({"a": float("nan")}, BadMetadata, "the metadata 'a' is a number that is not finite"),
    ({"a": "\ud800"}, BadMetadata, "the metadata 'a' holds a control character"),
    ({"$or": 1}, BadMetadata, "'$or' cannot be a name of metadata"),
    ({f"n{i}": i for i in range(65)}, BadFilter, "the filter has 65 names"),
]


@pytest.mark.parametrize(("wanted", "error", "problem"), BAD, ids=lambda value: str(value)[:30])
def test_what_is_no_filter_is_refused(wanted: dict[str, object], error: type[Exception], problem: str) -> None:
    with pytest.raises(error) as caught:
        conditions(wanted)
    assert str(caught.value).startswith(problem)


def test_the_longest_filter_is_not_too_long_for_sqlite(store: Store) -> None:
    tests: list[object] = ["2024-05-17", "soon", 1, True, {"from": 1}, {"from": "2024", "to": "2025"}] * 16
    wanted: dict[str, object] = {f"n{i}": tests for i in range(64)}
    assert store.passage_ids(Scope(tuple("0" * 16 for _ in range(1000)), conditions(wanted))) == []


def test_what_was_said_of_a_document_is_kept_and_forgotten_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.sqlite3")
    add(store, DOCUMENTS)
    for one in DOCUMENTS:
        kept, summary = store.document(one.id), store.summary(one.id)
        assert kept == one
        assert summary is not None
        assert summary.metadata == one.metadata
    assert [type(value) for _, value in store.summaries()[0].metadata.pairs] == [str, str, float, int]
    with store.transaction():
        store.remove_document(DOCUMENTS[0].id)
    assert store.passage_ids(Scope(conditions=(Condition("author", (Equal("Ada"),)),))) == [4]
    store.close()
