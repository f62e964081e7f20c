"""A model's text becomes claims, whatever it is and however it comes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_text import PIECES, TEXTS
from qa.generating.claims import MOST_CHARACTERS, Claims, ended
from qa.generating.written import Claim

MARK = re.compile(r"\[(?:[Pp]assage )?\d{1,4}(?:(?:, |-)\d{1,4})*\]")
MARKS = st.sampled_from(["[1]", " [2]", "[3, 4]", "[passage 5]", "[6-8]", " [9][1]", "[", "]", "[x]", ". ", "\n"])
WRITTEN = st.one_of(TEXTS, st.lists(st.one_of(st.sampled_from(PIECES), MARKS), max_size=40).map("".join))


def claims(*pieces: str) -> list[Claim]:
    cut = Claims()
    found = [claim for piece in pieces for claim in cut.add(piece)]
    return found + cut.end()


@given(WRITTEN, st.integers(1, 30))
def test_the_pieces_in_which_a_text_comes_make_no_difference(text: str, size: int) -> None:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert claims(*pieces) == claims(text)


@given(st.lists(st.one_of(st.sampled_from(PIECES), MARKS), max_size=40).map("".join))
def test_nothing_is_lost_but_marks_and_white_space(text: str) -> None:
    kept = "".join("".join(claim.text for claim in claims(text)).split())
    if len(text) < MOST_CHARACTERS and not MARK.sub("", text).count("["):
        assert kept == "".join("".join(MARK.sub("", line) for line in text.splitlines()).split())


@given(TEXTS.filter(lambda text: "[" not in text))
def test_a_text_without_marks_is_kept_whole(text: str) -> None:
    found = claims(text)
    assert "".join("".join(claim.text for claim in found).split()) == "".join(text.split())
    assert [claim.numbers for claim in found] == [()] * len(found)


def test_a_mark_belongs_to_the_sentence_it_stands_in_or_behind() -> None:
    text = "Ada [1] painted it. It is green. [2][3] It was white [4, 5]. Nobody knows."
    assert [(claim.text, claim.numbers) for claim in claims(text)] == [
        ("Ada painted it.", (1,)),
        ("It is green.", (2, 3)),
        ("It was white.", (4, 5)),
        ("Nobody knows.", ()),
    ]


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", (1,)),
        ("[ 12 ]", (12,)),
        ("[1,2, 1]", (1, 2)),
        ("[1-3]", (1, 2, 3)),
        ("[2–4; 7]", (2, 3, 4, 7)),
        ("[1 and 2]", (1, 2)),
        ("[Passage 3]", (3,)),
        ("【4】", (4,)),
        ("[0]", (0,)),
        ("[1-9999]", (1, 9999)),
        ("[3-1]", (3, 1)),
        ("[x]", ()),
        ("[12345]", ()),
    ],
)
def test_a_mark_names_passages(mark: str, numbers: tuple[int, ...]) -> None:
    [claim] = claims(f"It is green {mark}.")
    assert claim.numbers == numbers


def test_a_mark_before_the_first_sentence_belongs_to_it() -> None:
    assert claims("[2] It is green.") == [Claim("It is green.", "It is green.", (2,))]


def test_a_line_is_a_claim_whose_bullet_and_emphasis_are_not_checked() -> None:
    found = claims("**Colours**:\n- It is **green** [1]\n2. It was white [2]\n")
    assert [(claim.text, claim.words, claim.numbers) for claim in found] == [
        ("**Colours**:", "Colours:", ()),
        ("- It is **green**", "It is green", (1,)),
        ("2. It was white", "It was white", (2,)),
    ]


def test_a_claim_is_whole_once_a_word_of_the_next_has_come() -> None:
    cut = Claims()
    assert cut.add("Ada of the U.S. Army painted it. ") == []
    assert cut.add("[1") == []
    assert cut.add("] It") == []
    assert [claim.numbers for claim in cut.add(" is")] == [(1,)]
    assert [claim.text for claim in cut.add(" green [2].\n")] == ["It is green."]
    assert cut.end() == []


def test_a_line_without_an_end_is_cut() -> None:
    cut = Claims()
    [claim] = cut.add("x" * (MOST_CHARACTERS + 5))
    assert len(claim.text) == MOST_CHARACTERS
    assert [claim.text for claim in cut.end()] == ["xxxxx"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("It is green [1].", True), ("It is green. [1]", True), ("“It is green.”", True), ("It is green [1]", False)],
)
def test_a_claim_ends_as_a_sentence_does_or_was_cut_off(text: str, expected: bool) -> None:
    [claim] = claims(text)
    assert ended(claim) is expected
