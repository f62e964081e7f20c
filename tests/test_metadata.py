"""What is said of a document is flat, plain and bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.bodies.metadata import Metadata as Body
from index.metadata import MAX_NAMES, BadMetadata, Metadata


def test_it_is_kept_by_name_and_with_its_types() -> None:
    given = {"year": 2024, "author": "Ada", "share": 0.5, "signed": True, "date": "2024-05-17"}
    kept = Metadata.of(given)
    assert [name for name, _ in kept.pairs] == ["author", "date", "share", "signed", "year"]
    assert kept.mapping() == given
    assert [type(kept.mapping()[name]) for name in given] == [int, str, float, bool, str]


def test_letters_are_composed_in_names_and_values() -> None:
    assert Metadata.of({"cre\u0300me": "bru\u0302le\u0301e"}).mapping() == {"cr\u00e8me": "br\u00fbl\u00e9e"}


LONG = "x" * 65
BAD = [
    ({"a": {"b": 1}}, "the metadata 'a' is an object, and metadata is flat"),
    ({"a": ["b"]}, "the metadata 'a' is a list, and metadata is flat"),
    ({"a": None}, "the metadata 'a' is nothing, and metadata is flat"),
    ({"a": float("nan")}, "the metadata 'a' is a number that is not finite or above 2^53"),
    ({"a": 2**53 + 1}, "the metadata 'a' is a number that is not finite or above 2^53"),
    ({"a": "x" * 1001}, "the metadata 'a' has 1,001 characters"),
    ({"a": "x\0"}, "the metadata 'a' holds a control character or half of one"),
    ({"a": "\ud800"}, "the metadata 'a' holds a control character or half of one"),
    ({"": "x"}, "'' cannot be a name of metadata"),
    ({"$and": "x"}, "'$and' cannot be a name of metadata"),
    ({"a=b": "x"}, "'a=b' cannot be a name of metadata"),
    ({" a": "x"}, "'a' cannot be a name of metadata"),
    ({"a\n": "x"}, "'a' cannot be a name of metadata"),
    ({"\ud800": "x"}, "'' cannot be a name of metadata"),
    ({LONG: "x"}, f"'{LONG[:64]}' cannot be a name of metadata"),
    ({f"n{i}": i for i in range(MAX_NAMES + 1)}, "the metadata has 65 names"),
]


@pytest.mark.parametrize(("given_", "problem"), BAD, ids=lambda value: str(value)[:20])
def test_what_cannot_be_kept_is_named(given_: dict[str, object], problem: str) -> None:
    with pytest.raises(BadMetadata) as caught:
        Metadata.of(given_)
    assert caught.value.problem == problem


@pytest.mark.parametrize(("given_", "problem"), BAD, ids=lambda value: str(value)[:20])
def test_a_body_refuses_the_same(given_: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Body).validate_python(given_)
    [error] = caught.value.errors()
    assert error["msg"].startswith(f"Value error, {problem}; ")


@pytest.mark.parametrize("given_", ["x", [], {1: 2}])
def test_a_body_refuses_what_is_no_mapping_of_names(given_: object) -> None:
    with pytest.raises(ValidationError, match="should be a valid"):
        TypeAdapter(Body).validate_python(given_)


def test_a_body_keeps_types_apart() -> None:
    for body in ('{"a": true, "b": 1, "c": 1.0, "d": "1"}',):
        kept = TypeAdapter(Body).validate_json(body)
        assert [type(value) for value in kept.values()] == [bool, int, float, str]


def test_what_a_file_states_is_put_on_a_line_and_cut() -> None:
    stated = Metadata.stated(
        {"author": " Ada\r\n\0Brandt ", "date": None, "subject": " \t", "keywords": "x" * 2000, "$": 1, "tags": []}
    )
    assert stated.mapping() == {"author": "Ada Brandt", "keywords": "x" * 1000}
    assert len(Metadata.stated({f"n{number}": number for number in range(99)}).pairs) == MAX_NAMES


def test_of_two_the_second_wins() -> None:
    both = Metadata.of({"a": 1, "b": 1}) | Metadata.of({"b": 2, "c": 2})
    assert both.mapping() == {"a": 1, "b": 2, "c": 2}


@given(st.text())
def test_whatever_a_file_states_can_be_kept(text: str) -> None:
    stated = Metadata.stated({"author": text, text: 1})
    assert Metadata.of(stated.mapping()) == stated
