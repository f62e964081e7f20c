"""The floor under the main job: the seed article's labelled questions."""

from index.library import Library
from paths import QUESTIONS
from qa.answering import Answerer
from qa.evaluation import evaluate, read_questions


def test_the_seed_questions_are_answered_with_the_right_sentences(seed_library: Library) -> None:
    """At least 9 of 10 at the first sentence and all within the first three; both off-topic ones refused."""
    report = evaluate(Answerer(seed_library), read_questions(QUESTIONS))
    assert (report.answerable, report.unanswerable) == (10, 4)
    assert report.sentence_hit_1 >= 0.9
    assert report.sentence_hit_3 == 1.0
