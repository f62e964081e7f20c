"""Citations are exact, or they are refused."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, Page
from index.spans import Span
from qa.citing import CONTEXT_CHARACTERS, MismatchedCitation, check, cite

TEXT = "Crème brûlée 👩‍👩‍👧\r\nשלום עולם. The end."
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def document(text: str = TEXT) -> Document:
    return Document.from_text(text, title="a title", source="a source")


@given(TEXTS, st.data())
def test_any_span_of_any_text_is_cited_exactly(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    cited = cite(document(text), Span(start, end))
    check(cited, document(text))
    assert cited.cited_text == text[start:end]
    assert text[max(0, start - CONTEXT_CHARACTERS) : end + CONTEXT_CHARACTERS] == (
        cited.prefix + cited.cited_text + cited.suffix
    )


def test_a_citation_names_its_document() -> None:
    cited = cite(document(), Span(0, 5))
    assert (cited.cited_text, cited.prefix, cited.suffix) == ("Crème", "", TEXT[5:37])
    assert (cited.document_id, cited.document_sha256) == (document().id, document().sha256)
    assert (cited.document_title, cited.url, cited.page) == ("a title", None, None)


def test_a_citation_names_the_page_on_which_it_begins_and_the_address() -> None:
    pages = (Page(1, "1", Span(0, 9)), Page(2, "2", Span(10, 30)))
    printed = Document.from_text(
        "It rained on and on. Then snow.", title="", source="", url="http://x/", pages=pages
    )
    cited = [cite(printed, span) for span in (Span(0, 20), Span(3, 5), Span(21, 31))]
    assert [(one.page, one.url) for one in cited] == [(1, "http://x/"), (1, "http://x/"), (2, "http://x/")]


@pytest.mark.parametrize(
    "change",
    [{"cited_text": "Creme"}, {"span": Span(0, 6)}, {"span": Span(1, 6)}, {"document_sha256": "0" * 64}],
)
def test_a_citation_that_does_not_match_is_refused(change: dict[str, object]) -> None:
    cited = dataclasses.replace(cite(document(), Span(0, 5)), **change)
    with pytest.raises(MismatchedCitation):
        check(cited, document())


def test_a_citation_past_the_end_is_refused() -> None:
    with pytest.raises(MismatchedCitation):
        check(cite(document(), Span(0, len(TEXT) + 1)), document())
