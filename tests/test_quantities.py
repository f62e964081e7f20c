"""The quantities that a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quantities import Quantity, quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("there were five dead", [Quantity(5, False, "dead")]),
        ("there are four.", [Quantity(4, False, "")]),
        ("More than 200 people died", [Quantity(200, False, "peopl")]),
        (
            "1,250,000 copies and 3.5 million euros",
            [Quantity(1_250_000, False, "copi"), Quantity(3.5e6, False, "euro")],
        ),
        ("twenty-five ships", [Quantity(25, False, "ship")]),
        ("40 % of voters, 60 percent of MPs", [Quantity(40, True, ""), Quantity(60, True, "")]),
        ("in 2020 and on September 20 and 19 October", []),
        ("a Mi-24, the 3-2 win, 10:30 and 4/5", []),
        ("one of them", []),
        ("", []),
    ],
)
def test_numbers_are_read_with_what_they_count_and_dates_are_not(text: str, expected: list[Quantity]) -> None:
    assert quantities(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 999))
def test_any_text_is_read(text: str, number: int) -> None:
    assert all(quantity.value >= 0 for quantity in quantities(f"{text} {number} boats"))
