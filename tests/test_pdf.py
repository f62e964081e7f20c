"""A PDF's lines become paragraphs and whole words, each on its page."""

import threading

import pytest

from index.documents import Page
from index.formats.extracted import BrokenFile, EncryptedFile, Extracted
from index.formats.pdf import NoTextLayer, read
from index.spans import Span
from made_files import LOCK, pdf

LONG = "A line that reaches as far to the right as any other line of this column does,"


def extracted(raw: bytes) -> Extracted:
    [one] = read(raw)
    return one


def test_each_page_with_text_is_a_span_with_its_number_and_label() -> None:
    one = extracted(pdf(["First."], [], ["Third."]))
    assert one.text == "First.\n\nThird."
    assert one.pages == (Page(1, "1", Span(0, 6)), Page(3, "3", Span(8, 14)))
    assert one.notes == ("1 of 3 pages without text",)


def test_lines_are_joined_and_a_wider_gap_parts_paragraphs() -> None:
    lines = [LONG, LONG, "the end.", "", LONG, LONG, "done."]
    assert extracted(pdf(lines)).text == f"{LONG} {LONG} the end.\n\n{LONG} {LONG} done."


def test_a_short_line_ends_its_paragraph() -> None:
    assert extracted(pdf([LONG, LONG, "A short end", LONG])).text == f"{LONG} {LONG} A short end\n\n{LONG}"


def test_a_word_cut_at_a_line_end_is_whole_and_a_compound_keeps_its_hyphen() -> None:
    lines = [
        f"{LONG} demon-",
        f"strated. {LONG} well-",
        f"known, and {LONG} Anglo-",
        f"Saxon. {LONG} is well-known.",
    ]
    text = extracted(pdf(lines)).text
    assert text == f"{LONG} demonstrated. {LONG} well-known, and {LONG} Anglo-Saxon. {LONG} is well-known."


def test_ligatures_are_letters() -> None:
    assert extracted(pdf(["The of\xaece has a \xaeghting \xafower."])).text == "The office has a fighting flower."


def test_columns_follow_each_other_and_a_sentence_runs_on() -> None:
    left, right = ["The left column", "ends with half"], ["a sentence here.", "Then another one."]
    assert extracted(pdf(columns=[left, right])).text == (
        "The left column ends with half a sentence here. Then another one."
    )


def test_a_sentence_runs_on_to_the_next_page() -> None:
    one = extracted(pdf(["The page ends with half"], ["a sentence here."], ["Then another."]))
    assert one.text == "The page ends with half a sentence here.\n\nThen another."
    assert one.pages[1] == Page(2, "2", Span(24, 40))


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        ["Annual report", f"Page {n} of 4", f"The year {word} was wet.", f"- {n} -"]
        for n, word in enumerate("abcd", 1)
    ]
    assert extracted(pdf(*pages)).text == "\n\n".join(f"The year {word} was wet." for word in "abcd")


def test_a_line_on_two_pages_is_no_running_head() -> None:
    assert extracted(pdf(["Annual report"], ["Annual report"])).text == "Annual report\n\nAnnual report"


def test_a_title_is_taken_from_the_properties() -> None:
    assert extracted(pdf(["Text."], title="On  Lighthouses")).title == "On Lighthouses"


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        (
            pdf([], []),
            NoTextLayer,
            "is a scan: its pages are pictures without text; let an OCR program add the text",
        ),
        (pdf(["Text."], extra=LOCK), EncryptedFile, "is locked by a password; save it without one"),
        (pdf(["Text."])[:-40], BrokenFile, "is cut off, for a PDF's end mark is missing; fetch or save it again"),
        (b"%PDF-1.4 Not one.\n%%EOF", BrokenFile, "is no PDF, or a damaged one; fetch or save it again"),
        (b"Not one.\n%%EOF", BrokenFile, "is no PDF; give it the ending of its real format"),
        (bytes(range(256)) * 99, BrokenFile, "is no PDF; give it the ending of its real format"),
        (b"", BrokenFile, "is no PDF; give it the ending of its real format"),
    ],
    ids=["scan", "locked", "cut off", "damaged", "something else", "any bytes", "empty"],
)
def test_a_pdf_that_cannot_be_read_says_why(raw: bytes, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as caught:
        extracted(raw)
    assert str(caught.value) == said


def test_threads_take_turns() -> None:
    raws = [pdf([f"Text number {i}."]) for i in range(8)]
    texts: dict[int, str] = {}
    threads = [threading.Thread(target=lambda i=i: texts.update({i: extracted(raws[i]).text})) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {i: f"Text number {i}." for i in range(8)}
