"""A document laid out for a pager, and the pager's command."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_text import TEXTS
from api.terminal.paging import Opened, laid_out, pager
from api.terminal.rendering import visible

MARKS = ("\033[7m", "\033[27m")


def test_rows_are_cut_at_spaces_and_the_sentence_is_marked_on_each_of_its_rows() -> None:
    text = "A first line.\n\nThe harbour was closed in May. It opened again in June, with a new quay.\r\nEnd.\n"
    begin = text.index("It opened")
    rows, first = laid_out(Opened("t", text, begin, text.index("\r")), width=40, marks=("<", ">"))
    assert rows == [
        "A first line.",
        "",
        "The harbour was closed in May. <It opened>",
        "<again in June, with a new quay.>",
        "End.",
        "",
    ]
    assert first == 2


def test_a_long_word_is_cut_where_the_row_ends() -> None:
    rows, _ = laid_out(Opened("t", "x" * 25 + " yy"), width=10)
    assert rows == ["x" * 10, "x" * 10, "xxxxx yy"]


def test_what_steers_a_terminal_is_made_visible() -> None:
    rows, first = laid_out(Opened("t", "a\x1b[2Jb", 1, 3), width=40)
    assert rows == [f"a{MARKS[0]}\N{REPLACEMENT CHARACTER}[{MARKS[1]}2Jb"]
    assert first == 0


@given(st.data(), TEXTS, st.integers(5, 60))
def test_nothing_is_lost_and_exactly_the_sentence_is_marked(data: st.DataObject, text: str, width: int) -> None:
    """Whatever the text is; only the white space at which rows end goes."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    rows, first = laid_out(Opened("t", text, start, end), width=width, marks=("\x01", "\x02"))
    joined = "".join(rows)
    bare = [row.replace("\x01", "").replace("\x02", "") for row in rows]
    assert max(map(len, bare)) <= width
    assert "".join("".join(bare).split()) == "".join(visible(text.replace("\r\n", "\n")).split())
    marked = "".join(part.partition("\x02")[0] for part in joined.split("\x01")[1:])
    assert "".join(marked.split()) == "".join(visible(_without_ends(text, start, end)).split())
    assert first == next((number for number, row in enumerate(rows) if "\x01" in row), 0)


def _without_ends(text: str, start: int, end: int) -> str:
    """The slice, without the carriage returns that end lines in the whole text."""
    return "".join(text[at] for at in range(start, end) if not (text[at] == "\r" and text[at + 1 : at + 2] == "\n"))


@pytest.mark.parametrize(
    ("variable", "arguments"),
    [
        ("less", ["-R", r"-Psa\.b \%\? (q goes back)", "+7"]),
        ("less -S", ["-S", "-R", r"-Psa\.b \%\? (q goes back)", "+7"]),
    ],
)
def test_less_begins_at_the_row_and_says_which_document_it_shows(
    variable: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", variable)
    program, *given_ = pager("a.b %?", row=7)
    assert (Path(program).name, given_) == ("less", arguments)


def test_another_pager_gets_the_whole_text_and_none_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "cat -v")
    assert pager("t", row=7)[1:] == ["-v"]
    monkeypatch.setenv("PAGER", "no-such-pager")
    assert pager("t", row=7) == []
