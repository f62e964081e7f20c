"""What kind of thing a question asks for."""

import pytest

from qa.hints import hint


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("How many were killed?", "There were five dead.", True),
        ("How many were killed?", "There were dead.", False),
        ("What percentage voted?", "It was 40 %.", True),
        ("When did it begin?", "It began on 19 September.", True),
        ("When did it begin?", "It began in September.", False),
        ("In which year?", "In 1066.", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for(question: str, sentence: str, held: bool) -> None:
    wanted = hint(question)
    assert wanted is not None
    assert (wanted.search(sentence) is not None) == held


@pytest.mark.parametrize("question", ["Who apologised?", "Why?", "What happened?", "somehow many"])
def test_most_questions_give_no_hint(question: str) -> None:
    assert hint(question) is None
