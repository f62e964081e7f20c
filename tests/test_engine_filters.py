"""Whatever engine keeps a library: a filter keeps what the rule keeps, and enough is found inside it."""

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.bodies.filters import conditions
from conftest import made_place
from engines import ENGINES, Place
from index.documents import Document
from index.filters import Condition, Dates, Equal, Numbers, Scope, between
from index.library import Library, UnknownDocument
from index.metadata import Metadata, Value
from test_filters import CASES, RANGES, VALUES, document, meets
from test_filters import DOCUMENTS as SIX

UNKNOWN = "0123456789abcdef"
EDGES: tuple[Value, ...] = (
    *(0, -1, 1, 0.1, 0.1 + 0.2, 0.3, 1e-7, 1e-300, -1e-7, 1e15 + 0.5, 2**53, 2**53 - 1, -(2**53)),
    *("0001", "1683-01-01", "1970", "2024-02-29", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00+01:00"),
    *("9999-12-31T23:59:59.999998Z", "9999-12-31T23:59:59.999999Z", "9999-12-31"),
    *(True, False, "true", "1", "", "'", '"', "\\", "\u00e9", "e\u0301 ", "日本", "x" * 1000),
)
SAID: tuple[dict[str, Value], ...] = (
    {},
    *({"a": value} for value in EDGES),
    *({"a": value, "b": other} for value, other in zip(EDGES[::3], EDGES[1::3], strict=False)),
    *({"日 本": value} for value in EDGES[::4]),
)
MANY = [document(f"The crew of number {number}", **one) for number, one in enumerate(SAID)]


@pytest.fixture(scope="module", params=ENGINES)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Documents of one passage each, of which all kinds of things are said."""
    with made_place(request, tmp_path_factory.mktemp("filters")) as place:
        opened = place.open()
        opened.add([*SIX, *MANY])
        yield opened


def kept(library: Library, scope: Scope, question: str = "crew") -> set[str]:
    """The documents that are found."""
    return {one.passage.document_id for one in library.search(question, depth=100, scope=scope).candidates}


def expected(scope: Scope) -> set[str]:
    """What the rule keeps, in Python."""
    return {
        one.id
        for one in [*SIX, *MANY]
        if (scope.documents is None or one.id in scope.documents)
        and all(
            any(
                name == condition.name and any(meets(value, test) for test in condition.tests)
                for name, value in one.metadata.pairs
            )
            for condition in scope.conditions
        )
    }


@pytest.mark.parametrize("wanted", [case[0] for case in CASES], ids=str)
def test_a_filter_keeps_what_it_says(library: Library, wanted: dict[str, object]) -> None:
    scope = Scope(conditions=conditions(wanted))
    assert kept(library, scope) == expected(scope)
    among = tuple(one.id for one in [*SIX[::2], *MANY[::5]])
    assert kept(library, Scope(among, scope.conditions)) == expected(Scope(among, scope.conditions))


TESTS = st.one_of(
    st.sampled_from(EDGES).map(Equal),
    VALUES.map(Equal),
    RANGES.map(lambda ends: between(*ends)),
    st.lists(st.sampled_from([one for one in EDGES if type(one) in (int, float)]), min_size=2, max_size=2).map(
        lambda ends: between(*ends)
    ),
    st.lists(st.sampled_from(EDGES[13:22]), min_size=2, max_size=2).map(lambda ends: between(*ends)),
)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "日 本"]), st.lists(TESTS, min_size=1, max_size=3)), max_size=2)
)
@settings(deadline=None, max_examples=60)
def test_any_filter_keeps_what_the_rule_keeps(
    library: Library, wanted: list[tuple[str, list[Equal | Numbers | Dates]]]
) -> None:
    scope = Scope(conditions=tuple(Condition(name, tuple(tests)) for name, tests in wanted))
    assert kept(library, scope) == expected(scope)


def test_documents_are_named_by_their_ids_and_an_unknown_one_is_refused(library: Library) -> None:
    assert kept(library, Scope((SIX[0].id, MANY[3].id))) == {SIX[0].id, MANY[3].id}
    assert kept(library, Scope(())) == set()
    for unknown in (UNKNOWN, "no id", '" or "a" == "a'):
        with pytest.raises(UnknownDocument) as caught:
            library.search("crew", scope=Scope((SIX[0].id, unknown)))
        assert caught.value.document_id == unknown


def test_the_longest_filter_is_not_too_long(library: Library) -> None:
    tests: list[object] = ["2024-05-17", "soon", 1, True, {"from": 1}, {"from": "2024", "to": "2025"}] * 16
    wanted: dict[str, object] = {f"n{i}": tests for i in range(64)}
    assert kept(library, Scope(tuple(one.id for one in SIX), conditions(wanted))) == set()


def test_what_is_rare_is_a_matter_of_the_whole_library(library: Library) -> None:
    everywhere, within = (
        library.search("crew number 3", depth=100, scope=scope) for scope in (Scope(), Scope((MANY[3].id,)))
    )
    assert (everywhere.wanted, everywhere.passages) == (within.wanted, within.passages)
    [one] = within.candidates
    [same] = [each for each in everywhere.candidates if each.passage.document_id == MANY[3].id]
    assert dataclasses.replace(same, passage=one.passage) == one


@pytest.fixture
def large(place: Place) -> Library:
    """More passages than are all looked at: every third of them is said to be of this year, and is shorter."""
    opened = place.open()
    opened.add(_one(number) for number in range(600))
    return opened


def _one(number: int) -> Document:
    this = number % 3 == 0
    text = f"The mast {number}." if this else f"The storm broke the mast {number}. The mast."
    metadata = Metadata.of({"year": 2026 if this else 1911, "number": number})
    return Document.from_text(text, title="", source="", metadata=metadata)


def test_enough_is_found_inside_a_filter_however_much_nearer_others_are(large: Library) -> None:
    this = Scope(conditions=(Condition("year", (Equal(2026),)),))
    few = Scope(conditions=(Condition("year", (Equal(2026),)), Condition("number", (Numbers(0, 299),))))
    for scope, number, least in ((this, 200, 150), (few, 100, 1), (Scope(), 600, 300)):
        neighbours = large.search("The storm broke the mast. The mast.", depth=5, least=least, scope=scope)
        owners = {one.passage.document_id for one in neighbours.candidates}
        assert least <= len(owners) <= number
        said = [large.summary(one).metadata.mapping() for one in owners]
        if scope.conditions:
            assert {one["year"] for one in said} == {2026}
        assert scope != few or len(owners) == 100


def test_the_nearest_of_many_are_found(large: Library) -> None:
    storm = Document.from_text("The harbour storm.", title="", source="")
    large.add([storm])
    for question in ("harbour", "storm harbour", "The harbour storm."):
        neighbours = large.search(question, depth=5)
        assert storm.id in {one.passage.document_id for one in neighbours.candidates}
    large.remove(storm.id)
    assert kept(large, Scope(), "harbour") <= {one.id for one in large.summaries()} - {storm.id}


def test_what_is_removed_leaves_room_for_what_is_left(place: Place) -> None:
    """Those that are gone were the nearest, and there were many more of them."""
    library = place.open()
    near = [Document.from_text(f"The mast, the mast {number}.", title="", source="") for number in range(300)]
    far = [
        Document.from_text(f"The mast and the crew in the rain {number}.", title="", source="")
        for number in range(5)
    ]
    library.add([*near, *far])
    library.remove(*(one.id for one in near))
    for scope in (Scope(), Scope(tuple(one.id for one in far))):
        assert kept(library, scope, "mast") == {one.id for one in far}
    assert len(library) == 5
