"""Files become documents, or are refused by name."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents import Document, UnusableText
from index.formats.extracted import TooLarge, UnreadableFile
from index.formats.reading import MAX_TEXT_CHARACTERS, UnusableName, context_of, read
from index.formats.table import UnknownFormat
from made_files import epub, pdf, word


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def read_document(path: Path) -> Document:
    [reading] = read(path)
    return reading.document


def test_a_file_is_a_document_named_after_it_with_its_line_ends(tmp_path: Path) -> None:
    path = written(tmp_path / "annual report.txt", "Crème\r\nbrûlée 👩‍👧\rx\n".encode())
    expected = Document.from_text(
        "Crème\r\nbrûlée 👩‍👧\rx\n",
        title="annual report.txt",
        source="annual report.txt",
        context="annual report",
    )
    assert read_document(path) == expected


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_document(written(tmp_path / "a.txt", b"\xef\xbb\xbfText.")).text == "Text."


def test_the_original_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbfText."
    document = read_document(written(tmp_path / "a.txt", raw))
    assert document.original_sha256 == hashlib.sha256(raw).hexdigest()
    assert document.sha256 == hashlib.sha256(b"Text.").hexdigest()


def test_an_empty_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableText, match=r"/empty\.txt: there is no text in it;"):
        read_document(written(tmp_path / "empty.txt", b"\n"))


def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document(tmp_path)
    assert caught.value.problem == f"{tmp_path}: cannot be read (Is a directory)"
    with pytest.raises(UnreadableFile, match=r"none\.txt: cannot be read \(No such file or directory\)"):
        read_document(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("annual report", "annual report"),
        ("2021_annual-report", "2021 annual report"),
        ("000_90540d4fb70059aa", ""),
        ("report 12345", "report"),
        ("v2 notes", ""),
        ("Jahresbericht über 1999", "Jahresbericht über 1999"),
        ("a b", ""),
        ("2199", ""),
    ],
)
def test_the_context_is_the_words_and_years_of_a_name_that_is_no_number(name: str, words: str) -> None:
    assert context_of(name) == words


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"d\xff.txt")
    path.write_text("A text.", encoding="utf-8")
    assert read_document(path).title == "d\ufffd.txt"


def test_a_file_of_an_unknown_kind_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownFormat, match=r"/a\.xyz: there is no reader for files that end in '\.xyz'; save it as "
    ):
        read_document(written(tmp_path / "a.xyz", b"text"))


def test_a_name_with_a_line_break_is_refused_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableName) as caught:
        read_document(written(tmp_path / "two\nlines.txt", b"text"))
    assert str(caught.value) == f"{tmp_path}/two\ufffdlines.txt: has a control character in its name; rename it"


def test_a_file_that_is_too_large_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(TooLarge) as caught:
        read_document(path)
    assert str(caught.value) == f"{path}: is larger than 20 MiB; cut it into parts"


def test_a_text_of_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(TooLarge, match="is larger than 20 MiB"):
        read_document(path)


def test_a_text_that_is_too_long_is_refused_with_both_lengths(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as caught:
        read_document(written(tmp_path / "long.txt", b"a" * (MAX_TEXT_CHARACTERS + 1)))
    assert caught.value.problem == (
        f"{tmp_path}/long.txt: holds a text of 5,000,001 characters, and 5,000,000 is the most"
    )


@pytest.mark.parametrize("title", ["Microsoft Word - draft.doc", "untitled", "paper.tex"])
def test_a_title_that_a_program_made_up_is_not_taken(tmp_path: Path, title: str) -> None:
    document = read_document(written(tmp_path / "annual report.pdf", pdf(["A line."], title=title)))
    assert (document.title, document.context) == ("annual report.pdf", "annual report")


def test_the_title_in_a_file_is_taken_as_title_and_context(tmp_path: Path) -> None:
    document = read_document(written(tmp_path / "x1.pdf", pdf(["A line."], title="On Lighthouses")))
    assert (document.title, document.source, document.context) == ("On Lighthouses", "x1.pdf", "On Lighthouses")


def test_any_title_can_be_stored(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", rb'{"text": "T", "title": "a\ud83d\n b", "id": "\udc00"}')
    document = read_document(path)
    assert (document.title, document.source) == ("a\ufffd\ufffd b", "a.jsonl#\ufffd")


GOOD = {
    ".pdf": pdf(["The lighthouse was green."], ["Nobody knew why."]),
    ".docx": word("The lighthouse was green.", [["a", "b"]]),
    ".epub": epub(("One", "<p>The lighthouse was green.</p>")),
    ".html": b"<html><head><title>T</title></head><body><p>The lighthouse was green.</p></body></html>",
    ".eml": b"Subject: T\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>The lighthouse was green.</p>",
    ".jsonl": b'{"text": "The lighthouse was green."}',
    ".txt": b"The lighthouse was green.",
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_damaged_file_is_read_or_refused_by_its_path(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    raw = bytearray(GOOD[suffix])
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = written(tmp_path / f"damaged{suffix}", bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    whole, refused = True, f"{path}: "
    try:
        whole = all(reading.document.intact for reading in read(path))
    except (UnreadableFile, UnusableText) as error:
        refused = error.problem
    assert (whole, refused.partition(": ")[0]) == (True, str(path))
