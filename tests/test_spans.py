"""Ranges of text are exact and never empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_text import TEXTS
from index.spans import Span, trimmed


def test_a_span_is_half_open_and_counts_code_points() -> None:
    text = "a👩‍👧e\u0301z"
    assert Span(1, 4).of(text) == "👩‍👧"
    assert Span(4, 6).of(text) == "e\u0301"
    assert len(Span(1, 4)) == 3


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (5, 4), (-1, 3), (-3, -1)])
def test_an_empty_reversed_or_negative_range_is_not_a_span(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"^not a span: \[{start}, {end}\)$"):
        Span(start, end)


def test_spans_order_by_start_then_end() -> None:
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 4)]) == [Span(0, 4), Span(0, 9), Span(2, 3)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 9, Span(2, 7)), (2, 7, Span(2, 7)), (3, 5, Span(3, 4)), (0, 2, None), (7, 9, None), (4, 4, None)],
)
def test_trimming_drops_white_space_at_both_sides_only(start: int, end: int, expected: Span | None) -> None:
    assert trimmed("\r\nab cd\u2003\t", start, end) == expected


@given(TEXTS, st.data())
def test_trimming_any_range_is_stripping_its_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = trimmed(text, start, end)
    assert (found.of(text) if found else "") == text[start:end].strip()
    assert found is None or start <= found.start < found.end <= end
