"""Wordings, compared as SQuAD does."""

import pytest

from qa.wording import exact, f1, normalised


def test_case_punctuation_and_articles_do_not_count() -> None:
    assert normalised("The Harbour-Master's  log, a copy!") == ["harbourmasters", "log", "copy"]
    assert exact("the Duke of Normandy.", "Duke of  normandy")
    assert not exact("Duke of Normandy", "Duke")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("in 1066", "1066", 2 / 3),
        ("five boats", "five boats", 1.0),
        ("five five boats", "five", 0.5),
        ("five", "four", 0.0),
        ("the", "", 1.0),
        ("", "four", 0.0),
    ],
)
def test_f1_counts_shared_words(one: str, other: str, expected: float) -> None:
    assert f1(one, other) == pytest.approx(expected)
