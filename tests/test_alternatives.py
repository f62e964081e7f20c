"""Sentences that answer with another number."""

import pytest

from index.library import Library
from index.matching import Match
from index.passages import Candidate, Passage
from index.spans import Span
from paths import SEED
from qa.alternatives import alternatives
from qa.answering import Answerer
from qa.reading.compiled import CompiledReader
from qa.retrieval import RankedSentence

TEXT = SEED.read_text(encoding="utf-8")
QUESTION = "How many boats sank?"


def ranked(*scores: float) -> list[RankedSentence]:
    """One-sentence candidates with these scores, all with the same cosine."""
    passage = Passage(1, "0" * 16, Span(0, 5), (Span(0, 5),))
    candidate = Candidate(passage, 0.5, (0.5,), Match(0.0, 0.0, (0.0,), (0.0,)))
    return [RankedSentence(candidate, 0, score) for score in scores]


def test_the_five_and_the_four_are_both_returned(seed_library: Library) -> None:
    answer = Answerer(seed_library).ask("How many peacekeepers were killed?")
    assert answer.quote is not None
    assert answer.quote.sentence.cited_text.endswith("that there were five dead.")
    [other] = answer.also
    assert other.sentence.cited_text == "According to the Moscow Times, there are four."
    assert other.sentence.span.of(TEXT) == other.sentence.cited_text


@pytest.mark.parametrize(("verb", "marked"), [("died", ["five", "four"]), ("were killed", ["five dead", "four"])])
def test_a_reader_marks_the_five_and_the_four(
    seed_library: Library, reader: CompiledReader, verb: str, marked: list[str]
) -> None:
    answer = Answerer(seed_library, reader).ask(f"How many peacekeepers {verb}?")
    quotes = [quote for quote in (answer.quote, *answer.also) if quote]
    assert [quote.words and quote.words.cited_text for quote in quotes] == marked
    assert [quote.words and quote.words.span.of(TEXT) for quote in quotes] == marked


@pytest.mark.parametrize(
    "question",
    [
        "How many peacekeepers died according to Margarita Simonyan?",
        "How many deaths does the Moscow Times report?",
        "who took responsibility?",
    ],
)
def test_one_who_is_named_is_not_contradicted_by_others(seed_library: Library, question: str) -> None:
    assert Answerer(seed_library).ask(question).also == ()


@pytest.mark.parametrize(
    ("texts", "scores", "expected"),
    [
        (["Five boats sank.", "Six boats sank."], (1.0, 0.9), [1]),
        (["Five boats sank.", "Five boats sank there."], (1.0, 0.9), []),
        (["Five boats sank.", "Six boats sank."], (1.0, 0.5), []),
        (["Five boats sank.", "Six cars sank."], (1.0, 0.9), []),
        (["Five boats sank.", "Six or seven boats sank."], (1.0, 0.9), []),
        (["Five boats sank.", "Forty % sank."], (1.0, 0.9), []),
        (["Boats sank.", "Six boats sank."], (1.0, 0.9), []),
        (["Five boats sank.", "In 1911 boats sank."], (1.0, 0.9), []),
    ],
)
def test_another_number_for_the_same_thing_is_an_alternative(
    texts: list[str], scores: tuple[float, ...], expected: list[int]
) -> None:
    sentences = ranked(*scores)
    found = alternatives(QUESTION, sentences, texts)
    assert found == [sentences[i] for i in expected]


def test_only_counting_questions_have_alternatives() -> None:
    assert alternatives("Who sank?", ranked(1.0, 0.9), ["Five boats sank.", "Six boats sank."]) == []
    assert alternatives(QUESTION, [], []) == []
