"""Metadata and filters are written on a line."""

import pytest

from api.bodies.filters import conditions
from api.notation import BadCondition, filter_of, metadata_of
from index.metadata import BadMetadata


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Ada Brandt", "Ada Brandt"),
        ("", ""),
        ("a=b", "a=b"),
        ("2024", 2024),
        ("-0.5", -0.5),
        ("007", "007"),
        ("1.50", "1.50"),
        ("1e3", "1e3"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", True),
        ("True", "True"),
        ("null", "null"),
        ('"2024"', "2024"),
        ("[1]", "[1]"),
        ("2024-05-17", "2024-05-17"),
    ],
)
def test_a_value_is_what_json_would_make_of_it_or_else_a_string(written: str, value: object) -> None:
    [(name, found)] = metadata_of([f"n={written}"]).pairs
    assert (name, found, type(found)) == ("n", value, type(value))


def test_the_last_of_a_name_counts() -> None:
    assert metadata_of(["a=1", "b=x", "a=2"]).mapping() == {"a": 2, "b": "x"}
    assert metadata_of([]).mapping() == {}


@pytest.mark.parametrize("written", ["author", "=x", "a>=1"])
def test_what_is_no_metadata_is_refused(written: str) -> None:
    with pytest.raises(BadMetadata):
        metadata_of([written])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([], None),
        (["author=Ada"], {"author": ["Ada"]}),
        (["author=Ada", "author=Olaf", "year=2024"], {"author": ["Ada", "Olaf"], "year": ["2024", 2024]}),
        (['year="2024"'], {"year": ["2024"]}),
        (["date>=2024-01-01", "date<=2024-12-31"], {"date": [{"from": "2024-01-01", "to": "2024-12-31"}]}),
        (["year>=2024"], {"year": [{"from": 2024}, {"from": "2024"}]}),
        (["share<=0.5"], {"share": [{"to": 0.5}]}),
        (["a:b=c=d>=e"], {"a:b": ["c=d>=e"]}),
    ],
)
def test_conditions_make_a_filter(written: list[str], expected: dict[str, object] | None) -> None:
    assert filter_of(written) == expected
    assert len(conditions(expected or {})) == len(expected or {})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["author"], "'author' is no condition; write NAME=VALUE, NAME>=VALUE or NAME<=VALUE"),
        (["=x"], "'=x' is no condition"),
        (["a>1"], "'a>1' is no condition"),
        (["a>=1", "a>=2"], "'a' has two ranges"),
        (["a>=1", "a=2"], "'a' has values and a range"),
        (["a>=x"], "the range of 'a' is neither of numbers nor of dates"),
        (["a>=true"], "the range of 'a' is neither of numbers nor of dates"),
        (["a>=1", "a<=2024-01-01"], "the range of 'a' is neither of numbers nor of dates"),
    ],
)
def test_what_is_no_condition_is_refused(written: list[str], said: str) -> None:
    with pytest.raises(BadCondition) as caught:
        filter_of(written)
    assert str(caught.value).startswith(said)
