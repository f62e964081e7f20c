"""A document keeps its text as it is, under an id that is the text's hash."""

import hashlib

import pytest
from hypothesis import given

from any_text import TEXTS
from index.documents import Document, Page, UnusableText
from index.spans import Span


def document(text: str, *, title: str = "a title", source: str = "a source") -> Document:
    return Document.from_text(text, title=title, source=source)


def test_the_id_is_the_start_of_the_sha256_of_the_text() -> None:
    sha256 = "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e"
    assert document("Hello World") == Document(
        id="a591a6d40bf42040",
        title="a title",
        source="a source",
        text="Hello World",
        sha256=sha256,
        context="",
        media_type="text/plain",
        original_sha256=sha256,
        url=None,
        pages=(),
    )


def test_a_place_is_on_the_page_that_begins_last_before_it() -> None:
    pages = (Page(2, "ii", Span(0, 5)), Page(3, "1", Span(6, 9)))
    paged = Document.from_text("first two", title="", source="", pages=pages)
    assert [paged.page_at(offset) for offset in (0, 4, 5, 6, 8)] == [2, 2, 2, 3, 3]
    assert document("first two").page_at(3) is None


def test_the_same_text_has_the_same_id_whatever_it_is_called() -> None:
    assert document("Text.", title="one").id == document("Text.", title="other", source="elsewhere").id
    assert document("Text.").id != document("Text.\n").id


def test_context_is_kept_and_does_not_change_the_id() -> None:
    with_context = Document.from_text("Text.", title="", source="", context="annual report")
    assert with_context.context == "annual report"
    assert with_context.id == document("Text.").id


@given(TEXTS.filter(str.strip))
def test_any_text_is_kept_code_point_for_code_point(text: str) -> None:
    made = document(text)
    assert made.text == text
    assert made.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "place", "surrogate"), [("\ud83d", 0, "D83D"), ("ok \udc00!", 3, "DC00"), ("ab\udfff", 2, "DFFF")]
)
def test_a_lone_surrogate_is_refused_by_its_place(text: str, place: int, surrogate: str) -> None:
    with pytest.raises(UnusableText) as caught:
        document(text)
    assert caught.value.problem == f"a source: character {place} is a lone surrogate (U+{surrogate})"
    assert caught.value.remedy == "save the text again as valid UTF-8"


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\u2003\u2029"])
def test_a_text_without_visible_characters_is_refused(text: str) -> None:
    with pytest.raises(UnusableText) as caught:
        document(text)
    assert str(caught.value) == "a source: there is no text in it; add a file that holds text"
