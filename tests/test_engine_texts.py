"""Whatever engine keeps a library: every citation is a slice of the text that was added, whatever text that is."""

import dataclasses
import itertools
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from any_text import TEXTS, assert_cut
from engines import WORDLESS, Place, assert_alike
from index.documents import Document
from index.library import Library
from index.metadata import Metadata
from three_texts import DOCUMENTS, HARBOUR, words

KINDS = {
    "an emoji of several": "👩‍👩‍👧 The family waved to the crew. 👋🏽 Nobody waved back.",
    "combining marks": "Cre\u0301me bru\u0302le\u0301e was served to the crew. The mast was e\u0301bene.",
    "Chinese": "你好。今天天气很好，我们去公园散步吧！ The crew 散步。",
    "beyond the basic plane": "𐍈𐍉 The 𝒎𝒂𝒔𝒕 broke. 𠜎𠜱 A crew of 𝟒𝟐 slept.",
    "carriage returns": "The storm broke the mast.\r\n\r\nThe crew slept.\rRain fell.\n",
    "right to left": "שלום עולם, הספינה הגיעה אתמול לנמל. השלום \u202eabc\u202c crew.",
    "quotes and slashes": "He said: \"the mast\\ broke\"; 'crew' %s {0} $1 `x` \\u0041 \\n -- OR 1=1 //.",
    "control characters": "A null \x00 stands here, \x01\x1f\x7f\x85 and \u2028 the crew \ufeff sleeps \u200b.",
    "expressions": 'kind == "document" or key like "%" and json_contains(said["a"], 1) // the crew',
    "JSON": '{"text": "the crew", "pages": [[1, "a", 0, 1]], "n": 1e400}\n[null, NaN]',
    "no words": "?! ... ;; --",
}


def exact(library: Library, question: str, documents: dict[str, Document]) -> int:
    """How many passages are found; each one and its sentences are slices of what was added."""
    candidates = library.search(question, depth=100).candidates
    for one in candidates:
        text, passage = documents[one.passage.document_id].text, one.passage
        assert library.document(passage.document_id).text == text
        assert (passage.span.start, passage.span.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert passage.span.of(text).strip()
        assert_cut(passage.span.of(text), [sentence.within(passage.span) for sentence in passage.sentences])
    return len(candidates)


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)
def test_a_text_of_any_kind_is_found_and_cited_exactly(place: Place, text: str) -> None:
    library = place.open()
    one = Document.from_text(text, title=text[:40], source=text, context=text[:9], url=text)
    library.add([one, *DOCUMENTS])
    held = {each.id: each for each in (one, *DOCUMENTS)}
    for question in (text, text[3:20], "the crew"):
        assert exact(library, question, held) == len(library)
    place.assert_holds(library, one, *DOCUMENTS, questions=(text, "crew"))
    assert library.quotations.named(text) == [one.id]
    for words_of in (text, text[2:-1]):
        assert one.id in list(library.quotations.holding(words_of, among=[one.id, DOCUMENTS[0].id]))


@given(text=TEXTS.filter(str.strip), at=st.integers(0, 200))
@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_is_kept_and_cut_as_it_is_anywhere(place: Place, text: str, at: int) -> None:
    one = Document.from_text(text, title=text[:60], source="any")
    with closing(place.open()) as library, closing(place.reference([one])) as reference:
        library.replace([each.id for each in library.summaries()], [one])
        assert library.document(one.id) == one
        for question in (text[at : at + 60], "mast"):
            exact(library, question, {one.id: one})
            assert_alike(library.search(question), reference.search(question))


def long_text(piece: str, characters: int) -> str:
    """So many lines of it, each with its number."""
    lines = (f"{number}. {piece}\n" for number in itertools.count())
    return "".join(itertools.islice(lines, characters // (len(piece) + 4)))


@pytest.mark.parametrize(
    "text",
    [
        long_text("The storm broke the mast. The crew slept.", 66_000),
        long_text('👩‍👩‍👧 你好。\r\n"Die Möwe" \\ schläft.', 70_000),
        "\u0800" * 21_666 + " mast. " + "𐍈" * 40_000 + " The crew slept.",
        long_text("Rain fell all day in the north.", 400_000),
    ],
    ids=["plain", "of wide characters", "without spaces", "of six segments"],
)
def test_a_text_beyond_what_any_field_holds_is_kept_whole(place: Place, text: str) -> None:
    embedder = words()
    embedder.max_tokens = 240
    library = place.open(embedder)
    one = Document.from_text(text, title="long", source="long")
    library.add([one])
    library.close()
    again = place.open(embedder)
    assert again.document(one.id) == one
    assert exact(again, "The storm broke the mast", {one.id: one}) > 0
    [*stored] = again.engine.store.passages_of(one.id)
    assert len(stored) == len(again) == again.summary(one.id).passages
    assert_cut(text, [each.passage.span for each in stored])
    assert list(again.quotations.holding(text[-30:])) == [one.id]
    again.remove(one.id)
    assert (len(again), again.summaries()) == (0, [])


def test_what_is_shorter_than_before_leaves_nothing_of_what_was_longer(place: Place) -> None:
    library = place.open()
    one = Document.from_text("The mast. " * 20, title="a" * 2000, source="b" * 2000, url="c" * 90_000)
    library.add([one])
    assert library.document(one.id) == one
    shorter = dataclasses.replace(one, title="a", source="b", url=None)
    library.replace([one.id], [shorter])
    assert library.document(one.id) == shorter
    place.assert_holds(library, shorter)


ODD = ("a", "Ä ö", "n_1", "a.b:c/d-e", "日本語", "x" * 64, "said", "key", "t", "null", "e\u0301".encode().decode())
VALUES = ("", "'", '"', "\\", "\\u0041", '" or kind == "x', "%", "{name}", "2024-05-17", "日本 👩‍👧", "a" * 1000)


@pytest.mark.parametrize("value", [*VALUES, 0, -0.0, 1.5, 1e-300, 2**53, -(2**53), True, False], ids=repr)
def test_names_and_values_of_metadata_are_kept_as_they_are(place: Place, value: str | float | bool) -> None:
    library = place.open()
    one = dataclasses.replace(DOCUMENTS[0], metadata=Metadata.of(dict.fromkeys(ODD, value)))
    library.add([one, DOCUMENTS[1]])
    kept = library.document(one.id).metadata
    assert kept == one.metadata == library.summary(one.id).metadata
    assert [type(each) for _, each in kept.pairs] == [type(value)] * len(ODD)


def test_quoted_words_are_found_in_the_documents_that_hold_them(place: Place) -> None:
    library = place.open()
    twice = Document.from_text(f"Again: {HARBOUR}", title=DOCUMENTS[0].title, source="other")
    library.add([*DOCUMENTS, twice])
    storm, rain, harbour = (one.id for one in DOCUMENTS)
    holding = library.quotations.holding
    assert list(holding("harbour master wrote")) == [harbour, twice.id]
    assert list(holding("Harbour master wrote")) == []
    assert list(holding("crew.\r\n\r\n👩‍👧 Nobody")) == [harbour, twice.id]
    assert list(holding("master", among=[storm, twice.id])) == [twice.id]
    assert list(holding("master", among=[])) == []
    assert list(holding("all day in the north", among=None)) == [rain]
    library.remove(harbour)
    assert list(holding("harbour master wrote")) == [twice.id]


def test_words_without_a_term_are_found_in_the_oldest_of_many_documents(place: Place) -> None:
    place.require(WORDLESS)
    library = place.open()
    many = [Document.from_text(f"?! ;; {number}", title="", source="") for number in range(150)]
    library.add(many)
    assert next(library.quotations.holding("?! ;;")) == many[0].id


def test_documents_are_named_newest_first(place: Place) -> None:
    library = place.open()
    names = [
        Document.from_text(f"Text {number}.", title=title, source=source)
        for number, (title, source) in enumerate([("a", "b"), ("b", "a"), ("c", "c"), ("a", "a"), ("A", "a ")])
    ]
    for one in names:
        library.add([one])
    assert library.quotations.named("a") == [names[3].id, names[1].id, names[0].id]
    assert library.quotations.named("c") == [names[2].id]
    assert library.quotations.named("d") == []
    library.remove(names[3].id)
    assert library.quotations.named("a") == [names[1].id, names[0].id]
