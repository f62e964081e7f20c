"""The floor under the main job: the seed article's labelled questions."""

import pytest

from index.library import Library
from paths import QUESTIONS
from qa.answering import Answerer
from qa.collections import read_questions
from qa.confidence import fitted
from qa.evaluation import run
from qa.measures import evidence
from qa.reading.compiled import CompiledReader


@pytest.mark.parametrize("read", [True, False])
def test_the_seed_questions_are_answered_with_the_right_sentences(
    seed_library: Library, reader: CompiledReader, read: bool
) -> None:
    """All ten at the first sentence, none of them refused, and both off-topic questions refused."""
    answerer = Answerer(seed_library, reader if read else None)
    outcomes = {one.question: one for one in run(answerer, read_questions(QUESTIONS), None)}
    found = evidence(list(outcomes.values()))
    assert found is not None
    assert (found.questions, found.sentence_1, found.sentence_3, found.passage_1) == (10, 1.0, 1.0, 1.0)
    refused = {name for name, one in outcomes.items() if one.confidence < fitted(read=read).threshold}
    assert {"dev-11", "dev-13"} <= refused <= {"dev-11", "dev-12", "dev-13", "dev-14"}
