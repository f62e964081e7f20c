"""What kind of thing a question asks for."""

import pytest

from qa.hints import hint, states


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


@pytest.mark.parametrize(
    "text",
    [
        "Azerbaijan took responsibility.",
        "Patients who smoke heal more slowly.",
        "He said \u201cwe will pay.\u201d",
        "vitamin B12 deficiency raises blood levels of homocysteine",
    ],
)
def test_a_claim_states(text: str) -> None:
    assert states(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who took responsibility?",
        "who took responsibility for the deaths of the peacekeepers",
        "In what year did the village of Dzhanyatag fall to them",
        "did the Kremlin report that the president had apologised",
        "Describe the route that the convoy had taken.",
        "the peacekeepers were killed where and by whom exactly",
        "¿Quién asumió la responsabilidad?",
        "谁承担了责任？",
        "peacekeepers killed responsibility",
    ],
)
def test_questions_requests_and_a_few_words_state_nothing(text: str) -> None:
    assert not states(text)
