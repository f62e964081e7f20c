"""What counts as a question."""

import pytest

from qa.questions import MAX_CHARACTERS, BadQuestion, cleaned


def test_white_space_is_folded_and_characters_composed() -> None:
    assert cleaned("  who\ttook\r\n responsibility?  Jose\u0301 ") == "who took responsibility? José"


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u00a0\u2003"])
def test_a_blank_question_is_refused(question: str) -> None:
    with pytest.raises(BadQuestion, match="the question is empty"):
        cleaned(question)


def test_the_longest_question_is_taken_and_one_character_more_is_not() -> None:
    assert cleaned("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS
    with pytest.raises(BadQuestion, match="has 2001 characters; ask in at most 2000"):
        cleaned("x" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("question", "named"),
    [("a\x00b", "U+0000"), ("a\x1bb", "U+001B"), ("a\x7fb", "U+007F"), ("a\ud800b", "U+D800")],
)
def test_control_characters_and_lone_surrogates_are_named(question: str, named: str) -> None:
    with pytest.raises(BadQuestion, match="character 1 of the question") as refused:
        cleaned(question)
    assert named in refused.value.problem


def test_joiners_and_marks_of_other_scripts_are_text() -> None:
    assert cleaned("👩‍👩‍👧 من؟ \u200fשלום") == "👩‍👩‍👧 من؟ \u200fשלום"
