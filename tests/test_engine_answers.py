"""Whatever engine keeps a library: the real model answers from it the same, with citations that are exact."""

import pytest

from api.opening import seeds_in
from conftest import SEEDS
from engines import Place, assert_alike
from index.compiled import CompiledEmbedder
from index.documents import Document
from index.filters import Scope
from index.library import Library
from paths import SEED
from qa.answering import Answerer
from qa.citing import cite
from qa.verdicts import How, Outcome, Verdict
from qa.verifying import verify
from test_verifying import AFTER, BEFORE, OTHER, QUOTE, TEXT, cited, edited
from test_verifying import document as report
from word_embedder import WordEmbedder

QUESTIONS = (
    "who took responsibility?",
    "Which city hosted the meeting?",
    "How many peacekeepers died?",
    "What is the boiling point of water?",
    "Azerbaijan",
    "你好",
)


@pytest.fixture
def seeded(place: Place, embedder: CompiledEmbedder) -> Library:
    """The seed article, read again by another who opens it."""
    writer = place.open(embedder)
    writer.seed(lambda: seeds_in(SEEDS))
    writer.close()
    return place.open(embedder)


def test_the_seed_article_is_answered_from_as_in_a_folder(seeded: Library, seed_library: Library) -> None:
    text = SEED.read_text(encoding="utf-8")
    ours, reference = Answerer(seeded), Answerer(seed_library)
    for question in QUESTIONS:
        assert_alike(seeded.search(question), seed_library.search(question))
        answer, expected = (each.ask(question, top_k=10) for each in (ours, reference))
        assert answer.answerable == expected.answerable
        assert answer.confidence == pytest.approx(expected.confidence, abs=1e-3)
        assert (answer.quote and answer.quote.sentence) == (expected.quote and expected.quote.sentence)
        assert [one.citation for one in answer.passages] == [one.citation for one in expected.passages]
        for one in answer.passages:
            for citation in (one.citation, one.sentence):
                assert citation.span.of(text) == citation.cited_text
                assert verify(citation, seeded) == Verdict(Outcome.VERIFIED, citation, similarity=1.0)


def test_of_a_removed_document_nothing_is_cited(seeded: Library) -> None:
    answerer = Answerer(seeded)
    answer = answerer.ask(QUESTIONS[0])
    assert answer.quote is not None
    seeded.remove(answer.quote.sentence.document_id)
    again = answerer.ask(QUESTIONS[0])
    assert answer.quote.sentence.document_id not in {one.citation.document_id for one in again.passages}
    assert verify(answer.quote.sentence, seeded).outcome is Outcome.GONE


def test_a_question_is_answered_from_the_documents_that_it_is_kept_to(place: Place, seeded: Library) -> None:
    green = Document.from_text(TEXT, title="skerry", source="skerry")
    seeded.add([green])
    answer = Answerer(seeded).ask("Who painted the lighthouse?", scope=Scope((green.id,)))
    assert {one.citation.document_id for one in answer.passages} == {green.id}
    assert answer.quote is not None
    assert answer.quote.sentence == cite(green, answer.quote.sentence.span)
    assert answer.quote.sentence.cited_text == QUOTE, place.name


@pytest.fixture
def library(place: Place) -> Library:
    opened = place.open(WordEmbedder("lighthouse", "painted", "harbour", "rain", "crew"))
    opened.add([report(OTHER, "weather.txt")])
    return opened


def test_unchanged_is_verified(library: Library) -> None:
    assert edited(library, TEXT) == Verdict(Outcome.VERIFIED, cited(), similarity=1.0)


def test_text_inserted_before_moves_the_quote(library: Library) -> None:
    longer = "A new first line. 👩‍👧\r\n\r\n" + TEXT
    assert edited(library, longer) == Verdict(Outcome.MOVED, cited(longer), How.QUOTE, 1.0)


def test_a_renamed_document_is_found_by_its_words(library: Library) -> None:
    longer = "A new first line. " + TEXT
    verdict = edited(library, longer, title="renamed.txt")
    assert verdict == Verdict(Outcome.MOVED, cited(longer, title="renamed.txt"), How.QUOTE, 1.0)


def test_a_reworded_sentence_is_found_by_its_likeness(library: Library) -> None:
    reworded = "The old lighthouse at Skerry was repainted green in 1912 by Ada Brandt."
    verdict = edited(library, BEFORE + reworded + AFTER)
    assert (verdict.outcome, verdict.how) == (Outcome.MOVED, How.FUZZY)
    assert verdict.citation is not None
    assert verdict.citation.cited_text == reworded


def test_a_removed_sentence_and_a_deleted_document_are_gone(library: Library) -> None:
    assert edited(library, BEFORE + AFTER.strip()) == Verdict(Outcome.GONE)
    library.add([report(TEXT)])
    library.remove(report(TEXT).id)
    assert verify(cited(), library) == Verdict(Outcome.GONE)


def test_a_quote_in_several_places_is_ambiguous(library: Library) -> None:
    verdict = edited(library, f"One. {QUOTE} Two. {QUOTE} Three.")
    assert (verdict.outcome, verdict.ambiguous, verdict.citation) == (Outcome.MOVED, True, None)
    assert sorted((one.span.start, one.cited_text) for one in verdict.places) == [(5, QUOTE), (76, QUOTE)]


def test_the_same_words_in_another_document_come_after_those_of_the_same_title(library: Library) -> None:
    library.add([report(f"Quite another report. {QUOTE}", "copy.txt")])
    new = f"A new first line. {TEXT}"
    assert edited(library, new).citation == cited(new)
