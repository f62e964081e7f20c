"""Text as terms."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import codes, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who took responsibility?", ["took", "respons"]),
        ("the peacekeepers were dying", ["peacekeep", "die"]),
        ("María's CAFÉ", ["maria", "cafe"]),
        ("Jose\u0301 José", ["jose", "jose"]),
        ("3.14 percent in 2020", ["3", "14", "percent", "2020"]),
        ("run_target(x)", ["runtarget", "run", "target", "x"]),
        ("StdMapObserver", ["stdmapobserv", "std", "map", "observ"]),
        ("HTTPServer CD4", ["httpserver", "http", "server", "cd4", "cd", "4"]),
        ("天安門 と", ["天", "安", "門", "と"]),
        ("שלום عالم", ["שלום", "عالم"]),
        ("ﬁne Ⅳ", ["fine", "iv"]),
        ("who is it?", []),
        ("__ ... 👍", []),
    ],
)
def test_terms_are_stems_without_case_accents_and_stop_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_gives_terms_that_are_words(text: str) -> None:
    assert all(term and not any(c.isspace() for c in term) for term in terms(text))


def test_a_code_is_the_crc_of_the_term() -> None:
    assert codes(["took", "respons"]) == [zlib.crc32(b"took"), zlib.crc32(b"respons")]
