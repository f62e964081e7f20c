"""A citation outlives the edits of its document, or is said to be gone."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from any_text import PIECES
from index.documents import Document
from index.library import Library
from index.spans import Span
from qa.answers import Citation
from qa.citing import cite
from qa.likeness import likeness, most_like
from qa.verdicts import LISTED, How, Outcome, Verdict
from qa.verifying import verify
from word_embedder import WordEmbedder

BEFORE = "The harbour was busy that year. "
QUOTE = "The lighthouse at Skerry was painted green in 1911 by Ada Brandt."
AFTER = " Nobody has painted it since."
TEXT = BEFORE + QUOTE + AFTER
OTHER = "Rain fell all day in the north, and the crew slept below deck."


def document(text: str, title: str = "skerry.txt") -> Document:
    return Document.from_text(text, title=title, source=title)


def cited(text: str = TEXT, quote: str = QUOTE, title: str = "skerry.txt") -> Citation:
    start = text.index(quote)
    return cite(document(text, title), Span(start, start + len(quote)))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.local(tmp_path, WordEmbedder("lighthouse", "painted", "harbour", "rain", "crew"))
    opened.add([document(OTHER, "weather.txt")])
    yield opened
    opened.close()


def edited(library: Library, text: str, citation: Citation | None = None, title: str = "skerry.txt") -> Verdict:
    """The verdict once the cited document was replaced by ``text``; all of its citations are exact."""
    library.add([document(text, title)])
    verdict = verify(citation or cited(), library)
    for found in (verdict.citation, *verdict.places):
        if found:
            stored = library.document(found.document_id)
            assert found.span.of(stored.text) == found.cited_text
            assert found == cite(stored, found.span)
    return verdict


def words_of(verdict: Verdict) -> str:
    assert verdict.citation
    return verdict.citation.cited_text


def test_unchanged_is_verified(library: Library) -> None:
    assert edited(library, TEXT) == Verdict(Outcome.VERIFIED, cited(), similarity=1.0)


def test_text_inserted_before_moves_the_quote(library: Library) -> None:
    longer = "A new first line. 👩‍👧\r\n\r\n" + TEXT
    assert edited(library, longer) == Verdict(Outcome.MOVED, cited(longer), How.QUOTE, 1.0)


def test_a_reworded_sentence_is_found_by_its_likeness(library: Library) -> None:
    reworded = "The old lighthouse at Skerry was repainted green in 1912 by Ada Brandt."
    verdict = edited(library, BEFORE + reworded + AFTER)
    assert (verdict.outcome, verdict.how, words_of(verdict)) == (Outcome.MOVED, How.FUZZY, reworded)
    assert verdict.similarity == pytest.approx(1 - (4 + 2 + 1 + 1) / (len(QUOTE) + len(reworded)))


def test_a_removed_sentence_is_gone(library: Library) -> None:
    assert edited(library, BEFORE + AFTER.strip()) == Verdict(Outcome.GONE)


def test_a_deleted_document_is_gone(library: Library) -> None:
    library.add([document(TEXT)])
    library.remove(document(TEXT).id)
    assert verify(cited(), library) == Verdict(Outcome.GONE)


def test_a_quote_in_several_places_is_ambiguous_where_nothing_around_it_chooses(library: Library) -> None:
    verdict = edited(library, f"One. {QUOTE} Two. {QUOTE} Three.")
    assert (verdict.outcome, verdict.ambiguous, verdict.citation) == (Outcome.MOVED, True, None)
    assert sorted((place.span.start, place.cited_text) for place in verdict.places) == [(5, QUOTE), (76, QUOTE)]


def test_the_text_around_a_quote_chooses_among_several_places(library: Library) -> None:
    verdict = edited(library, f"One. {QUOTE} Two. {TEXT}")
    assert (verdict.how, verdict.similarity) == (How.CONTEXT, 1.0)
    assert verdict.citation is not None
    assert verdict.citation.span.start == len(f"One. {QUOTE} Two. {BEFORE}")


def test_many_places_are_listed_up_to_a_limit(library: Library) -> None:
    verdict = edited(library, f"{QUOTE} \n" * 60)
    assert (verdict.ambiguous, len(verdict.places)) == (True, LISTED)


def test_a_quote_in_the_document_of_the_same_title_comes_before_the_same_words_elsewhere(library: Library) -> None:
    library.add([document(f"Quite another report. {QUOTE}", "copy.txt")])
    new = f"A new first line. {TEXT}"
    assert edited(library, new).citation == cited(new)


def test_a_reworded_sentence_comes_before_the_same_words_in_an_unrelated_document(library: Library) -> None:
    library.add([document(f"Quite another report. {QUOTE}", "copy.txt")])
    reworded = "The lighthouse at Skerry was painted white in 1911 by Ada Brandt."
    assert words_of(edited(library, BEFORE + reworded + AFTER)) == reworded


def test_a_renamed_document_is_found_by_its_words(library: Library) -> None:
    longer = "A new first line. " + TEXT
    verdict = edited(library, longer, title="renamed.txt")
    assert verdict == Verdict(Outcome.MOVED, cited(longer, title="renamed.txt"), How.QUOTE, 1.0)


def test_a_wrong_place_in_a_document_that_is_there_is_put_right(library: Library) -> None:
    wrong = dataclasses.replace(cited(), span=Span(0, 5))
    assert edited(library, TEXT, wrong) == Verdict(Outcome.MOVED, cited(), How.QUOTE, 1.0)
    past_the_end = dataclasses.replace(cited(), span=Span(9000, 9000 + len(QUOTE)))
    assert verify(past_the_end, library) == Verdict(Outcome.MOVED, cited(), How.QUOTE, 1.0)


def test_a_document_of_the_same_id_and_another_hash_is_not_taken_for_the_cited_one(library: Library) -> None:
    other = dataclasses.replace(cited(), document_sha256="0" * 64)
    assert edited(library, TEXT, other).outcome is Outcome.MOVED


def test_a_short_quote_is_only_found_verbatim(library: Library) -> None:
    short = cited("They shot 5 men.", "5 men.", title="a.txt")
    assert edited(library, "They shot 6 men.", short, title="a.txt") == Verdict(Outcome.GONE)


def test_a_passage_that_lost_a_sentence_is_found_by_its_likeness(library: Library) -> None:
    kept = "The lamp was lit at dusk. The keeper slept by day. Boats came on Mondays only."
    text = f"{QUOTE} {kept}{AFTER}"
    verdict = edited(library, f"{QUOTE} {kept}", cited(text, text))
    assert (verdict.how, words_of(verdict)) == (How.FUZZY, f"{QUOTE} {kept}")


UNICODE = {
    "emoji": ("👩‍👩‍👧 The family at the harbour waved to the crew. 👋🏽", "the crew", "the old crew"),
    "combining marks": ("Cre\u0301me bru\u0302le\u0301e was served to the crew.", "served", "handed"),
    "CJK": ("你好。今天天气很好，我们去公园散步吧！", "很", "非常"),
    "right to left": ("שלום עולם, הספינה הגיעה אתמול לנמל.", "אתמול", "היום"),
    "null characters": ("A null \x00 stands in this sentence of the crew.", "this", "this long"),
}


@pytest.mark.parametrize(("quote", "old", "new"), UNICODE.values(), ids=UNICODE)
def test_any_script_is_found_verbatim_and_by_its_likeness(library: Library, quote: str, old: str, new: str) -> None:
    reworded = quote.replace(old, new)
    citation = cited(f"{quote}\n\nEnd.", quote)
    longer = f"🙂 {quote}\n\nEnd."
    assert edited(library, longer, citation) == Verdict(Outcome.MOVED, cited(longer, quote), How.QUOTE, 1.0)
    library.remove(document(longer).id)
    verdict = edited(library, f"🙂\n\n{reworded}\n\nEnd.", citation)
    assert (verdict.outcome, verdict.how) == (Outcome.MOVED, How.FUZZY)
    assert words_of(verdict) == reworded


WORDS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(before=WORDS, quote=WORDS, after=WORDS, inserted=WORDS, appended=WORDS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_inserted_around_it_a_quote_is_moved_to_an_exact_slice(
    tmp_path_factory: pytest.TempPathFactory, before: str, quote: str, after: str, inserted: str, appended: str
) -> None:
    quote = f"«{quote} 5f1d»"
    citation = cite(document(before + quote + after), Span(len(before), len(before) + len(quote)))
    changed = f"X{inserted}{before}{quote}{after}{appended}"
    library = Library.local(tmp_path_factory.mktemp("library"), WordEmbedder("word"))
    verdict = edited(library, changed, citation)
    assert verdict.outcome is Outcome.MOVED
    start = 1 + len(inserted) + len(before)
    assert start in {place.span.start for place in (verdict.citation, *verdict.places) if place}
    library.close()


@given(words=st.text(min_size=1, max_size=40), text=st.text(min_size=1, max_size=80))
@settings(deadline=None)
def test_what_is_most_like_some_words_is_always_a_part_of_the_text(words: str, text: str) -> None:
    found = most_like(words, text, Span(0, len(text)), [])
    if found:
        span, alike = found
        assert span.end <= len(text)
        assert alike == likeness(words, span.of(text))
