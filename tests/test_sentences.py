"""Where sentences begin and end."""

import pytest
from hypothesis import given

from any_text import TEXTS, assert_cut
from index.sentences import split

TABLE = {
    "titles": ["Mr. Smith met Dr. Jones.", "They left."],
    "abbreviation inside": ["He joined the U.S. Army in May.", "He left."],
    "abbreviation at the end": ["He lives in the U.S.", "He works there."],
    "decimals": ["Prices rose 3.4 percent.", "They fell by 1.5 later."],
    "versions": ["Version 2.0.1 is out.", "Go."],
    "initials": ["J. R. R. Tolkien wrote it.", "It sold."],
    "references": ["See Fig. 3.", "It shows.", "Acme Inc. was sold."],
    "latin": ["Take fruit, e.g. this one.", "Next."],
    "curly quote closing behind": ["“It is over.”", "She left."],
    "straight quote closing behind": ['He said "No."', "Then he left."],
    "single quotes": ["‘It is over.’", "She left."],
    "guillemets": ["«C’est fini.»", "Elle part."],
    "quote at the end": ["He said: “It is over.”"],
    "ellipsis at the end": ["Wait... what happened?", "Nothing."],
    "ellipsis inside": ["He waited ... and left.", "Then came back."],
    "marks": ["It works!", "Really?", "Yes."],
    "one line": ["One line without a full stop"],
    "no spaces": ["nospacesatallbutaverylongword"],
    "full stops without spaces": ["One.", "Two.", "Three"],
    "arabic": ["السلام عليكم.", "كيف حالك؟", "أنا بخير."],
}


@pytest.mark.parametrize("expected", TABLE.values(), ids=TABLE)
def test_sentences_in_a_line(expected: list[str]) -> None:
    glue = "" if expected[0] == "One." else " "
    text = glue.join(expected)
    assert [sentence.of(text) for sentence in split(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好。今天天气很好！你呢？", ["你好。", "今天天气很好！", "你呢？"]),
        ("これはペンです。あれは本です。", ["これはペンです。", "あれは本です。"]),
        ("Annual Report\n\nProfits fell. Sales rose.", ["Annual Report", "Profits fell.", "Sales rose."]),
        ("Shopping list:\n- milk\n- eggs", ["Shopping list:", "- milk", "- eggs"]),
        ("1. Buy milk.\n2. Buy eggs.", ["1. Buy milk.", "2. Buy eggs."]),
        ("One.\r\nTwo.\r\n\r\nThird line.", ["One.", "Two.", "Third line."]),
        ("A line that\ngoes on. End.", ["A line that\ngoes on.", "End."]),
        ("  \t Indented.\u2003Next. \n", ["Indented.", "Next."]),
    ],
    ids=["chinese", "japanese", "heading", "list", "numbers", "CRLF", "wrapped", "white space"],
)
def test_sentences_across_lines_and_scripts(text: str, expected: list[str]) -> None:
    assert [sentence.of(text) for sentence in split(text)] == expected


def test_a_piece_without_letters_belongs_to_the_sentence_before_it() -> None:
    text = "Soldiers died. .\n\n***\n\nNext. 😀"
    assert [sentence.of(text) for sentence in split(text)] == ["Soldiers died. .\n\n***", "Next. 😀"]


def test_a_piece_without_letters_at_the_start_belongs_to_the_sentence_behind_it() -> None:
    text = "***\n\n!!!\n\nFirst. Second."
    assert [sentence.of(text) for sentence in split(text)] == ["***\n\n!!!\n\nFirst.", "Second."]


def test_a_text_of_nothing_but_marks_is_one_sentence() -> None:
    text = "...\n\n😀\n\n!"
    assert [sentence.of(text) for sentence in split(text)] == [text]


def test_a_text_without_visible_characters_has_no_sentences() -> None:
    assert split("") == split(" \r\n\u2003") == ()


def test_offsets_are_code_points() -> None:
    text = "👩‍👩‍👧 first.\r\nCre\u0300me second. שלום third."
    assert [(s.start, s.end) for s in split(text)] == [(0, 12), (14, 28), (29, 40)]


@given(TEXTS)
def test_sentences_of_any_text_are_exact_ordered_and_complete(text: str) -> None:
    sentences = split(text)
    assert_cut(text, sentences)
    worded = [any(character.isalnum() for character in s.of(text)) for s in sentences]
    assert all(worded) or len(worded) == 1


@pytest.mark.parametrize("space", "\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000")
def test_a_full_stop_behind_a_wide_space_is_no_mishap(space: str) -> None:
    text = f"It rained{space}. The storm{space} came. "
    assert [span.of(text) for span in split(text)] == [f"It rained{space}.", f"The storm{space} came."]
