"""Files become documents byte for byte, or are refused by name."""

import os
from pathlib import Path

import pytest

from index.documents import Document, UnusableText
from index.formats import UnreadableFile, context_of, read_document, text_files


def written(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


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


@pytest.mark.parametrize(
    ("raw", "byte"),
    [(b"caf\xe9", 3), (b"ab\xff\xfe", 2), (b"\xed\xa0\xbd", 0), (b"cut \xe2\x82", 4)],
    ids=["latin-1", "stray", "surrogate", "truncated"],
)
def test_what_is_not_utf8_is_refused_by_its_first_wrong_byte(tmp_path: Path, raw: bytes, byte: int) -> None:
    path = written(tmp_path / "a.txt", raw)
    with pytest.raises(UnreadableFile) as caught:
        read_document(path)
    assert str(caught.value) == f"{path}: is not UTF-8 text (byte {byte}); save it as UTF-8"


def test_an_empty_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableText, match=r"/empty\.txt: there is no text in it;"):
        read_document(written(tmp_path / "empty.txt", b"\n"))


def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document(tmp_path)
    assert caught.value.problem == f"{tmp_path}: cannot be read (Is a directory)"
    with pytest.raises(UnreadableFile, match=r"none\.txt: cannot be read \(No such file or directory\)"):
        read_document(tmp_path / "none.txt")


def test_a_folder_is_searched_for_text_files_by_name_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.TXT", "deep/er/c.txt", ".hidden.txt", ".git/d.txt", "e.pdf", "f"):
        written(tmp_path / name, b"text")
    (tmp_path / "folder.txt").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in text_files(tmp_path)]
    assert found == ["a.TXT", "b.txt", "deep/er/c.txt"]


def test_a_folder_inside_a_hidden_one_is_searched_when_it_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / ".data" / "a.txt", b"text")
    assert list(text_files(path.parent)) == [path]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    path = written(tmp_path / "notes.md", b"text")
    assert list(text_files(path)) == [path]


def test_a_path_without_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(text_files(tmp_path / "none"))
    assert str(caught.value) == f"{tmp_path / 'none'}: there is no such file or folder; check the path"


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


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile, match="pipe: is neither a file nor a folder"):
        list(text_files(tmp_path / "pipe"))


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"d\xff.txt")
    path.write_text("A text.", encoding="utf-8")
    assert read_document(path).title == "d\ufffd.txt"
