"""The range that answers."""

import pytest

from index.matching import Match
from index.passages import Candidate, Passage
from index.sentences import split
from index.spans import Span
from qa.evidence import evidence
from qa.retrieval import RankedSentence


def best(text: str, number: int) -> RankedSentence:
    sentences = split(text)
    zeros = (0.0,) * len(sentences)
    passage = Passage(1, "0" * 16, Span(sentences[0].start, sentences[-1].end), sentences)
    return RankedSentence(Candidate(passage, 0.0, zeros, Match(0.0, 0.0, zeros, zeros)), number, 1.0)


TEXT = "Ada Brandt painted the lighthouse. She was born in Oslo. The sea was calm, and she slept."


@pytest.mark.parametrize(
    ("question", "number", "expected"),
    [
        ("Where was Ada Brandt born?", 1, "Ada Brandt painted the lighthouse. She was born in Oslo."),
        ("Where was she born?", 1, "She was born in Oslo."),
        ("Who was born in Oslo?", 1, "She was born in Oslo."),
        ("Who painted the lighthouse?", 0, "Ada Brandt painted the lighthouse."),
        ("Was the sea calm?", 2, "The sea was calm, and she slept."),
        ("Did the girl from Oslo sleep?", 2, "She was born in Oslo. The sea was calm, and she slept."),
    ],
)
def test_a_sentence_takes_the_one_before_only_where_it_leans_on_it(
    question: str, number: int, expected: str
) -> None:
    assert evidence(question, best(TEXT, number), TEXT).of(TEXT) == expected


def test_it_does_not_reach_over_a_paragraph() -> None:
    text = "Ada Brandt painted the lighthouse.\n\nShe was born in Oslo."
    assert evidence("Where was Ada Brandt born?", best(text, 1), text).of(text) == "She was born in Oslo."
