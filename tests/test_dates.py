"""A date stands for all the time that it names."""

from datetime import datetime

import pytest

from index.dates import Moments, moments

DAY = 86_400_000_000


def at(text: str) -> int:
    """Microseconds since 1970, by Python's own clock."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("text", "first", "behind"),
    [
        ("2023", "2023-01-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00"),
        ("2024", "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
        ("2024-02", "2024-02-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"),
        ("2024-12", "2024-12-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
        ("2024-02-29", "2024-02-29T00:00:00+00:00", "2024-03-01T00:00:00+00:00"),
        ("1911-01-02T10:00", "1911-01-02T10:00:00+00:00", "1911-01-02T10:01:00+00:00"),
        ("2024-05-17 10:00:30Z", "2024-05-17T10:00:30+00:00", "2024-05-17T10:00:31+00:00"),
        ("2024-05-17T10:00:30+05:30", "2024-05-17T04:30:30+00:00", "2024-05-17T04:30:31+00:00"),
        ("2024-05-17T10:00:30.5-01:00", "2024-05-17T11:00:30.5+00:00", "2024-05-17T11:00:30.500001+00:00"),
    ],
)
def test_a_date_is_as_long_as_it_is_exact(text: str, first: str, behind: str) -> None:
    assert moments(text) == Moments(at(first), at(behind) - 1)


def test_the_ends_of_the_calendar_are_dates() -> None:
    last = moments("9999-12-31")
    assert last is not None
    assert last.last - last.first == DAY - 1
    assert moments("0001-01-01T00:00:00+14:00") is not None


@pytest.mark.parametrize(
    "text",
    ["", "0000", "24", "2024-13", "2023-02-29", "2024-5-1", "20240517", "2024-05-17T", "2024-05-17T25:00",
     "2024-05-17T10", "2024-05-17T10:00+25:00", "2024-W20", " 2024", "2024\n", "\u0662\u0660\u0662\u0664"],
)  # fmt: skip
def test_what_names_no_time_is_no_date(text: str) -> None:
    assert moments(text) is None
