"""A file of each format is read, asked about, and cited to the character, on the right page."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.adding import Outcome, add_files
from index.formats.table import FORMATS, SUFFIXES, UnknownFormat, format_of
from index.library import Library
from index.walking import files_in
from made_files import epub, pdf, word
from qa.answering import Answerer

LEAD = "Rain fell on the harbour for most of the week."
ANSWER = "The lighthouse at Skerry was painted green in 1911 by Ada Brandt."
CLOSE = "Nobody has painted it since."
QUESTION = "Who painted the lighthouse at Skerry?"
PARAGRAPHS = f"{LEAD}\n\n{ANSWER} {CLOSE}\n"
NOISE = "<nav><a href='/'>Home</a></nav><aside>Who painted the lighthouse? Guess!</aside>"
PAGE = (
    f"<html><head><title>Skerry</title></head><body>{NOISE}<main><p>{LEAD}</p><p>{ANSWER} {CLOSE}</p></main></body>"
)
LINES = [json.dumps({"id": "a", "text": LEAD}), json.dumps({"id": "b", "title": "Skerry", "text": ANSWER})]
MAIL = f"From: ada@example.org\r\nSubject: Skerry\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{PARAGRAPHS}"
PRINTED = ["The lighthouse at Skerry was pain-", "ted green in 1911 by Ada Brandt.", CLOSE]

FILES: dict[str, tuple[bytes, str, int | None]] = {
    "a.txt": (PARAGRAPHS.encode(), "a.txt", None),
    "utf16.txt": (PARAGRAPHS.encode("utf-16"), "utf16.txt", None),
    "a.md": (f"# Skerry\n\n{PARAGRAPHS}".encode(), "Skerry", None),
    "a.html": (PAGE.encode(), "Skerry", None),
    "a.pdf": (pdf([LEAD], [CLOSE, "", *PRINTED], [LEAD], title="Skerry"), "Skerry", 2),
    "a.docx": (word("# Skerry", LEAD, f"{ANSWER} {CLOSE}", title="Skerry"), "Skerry", None),
    "a.epub": (
        epub(("I", f"<p>{LEAD}</p>"), ("", "<p/>"), ("II", f"<p>{ANSWER}</p>"), title="Skerry"),
        "Skerry",
        2,
    ),
    "a.jsonl": ("\n".join(LINES).encode(), "Skerry", None),
    "a.eml": (MAIL.encode(), "Skerry", None),
}


def added(library: Library, folder: Path) -> list[Outcome]:
    return list(add_files(library, list(files_in(folder))))


@pytest.fixture
def opened(embedder: object, tmp_path: Path) -> Callable[[], Library]:
    """Opens the library of this test, made with the real model."""
    return lambda: Library.local(tmp_path / "library", embedder)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_asked_about_and_cited_exactly(name: str, opened: Callable[[], Library], tmp_path: Path) -> None:
    raw, title, page = FILES[name]
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / name).write_bytes(raw)
    (tmp_path / "library").mkdir()
    library = opened()
    [outcome] = added(library, tmp_path / "files")
    answer = Answerer(library).ask(QUESTION)
    assert (outcome.status, outcome.found.source) == ("added", name)
    assert answer.quote is not None
    cited = answer.quote.sentence
    assert (cited.cited_text, cited.document_title, cited.page) == (ANSWER, title, page)
    document = library.document(cited.document_id)
    assert document.text[cited.span.start : cited.span.end] == ANSWER
    assert document.media_type == format_of(Path(name).suffix).media_type
    library.close()


def test_every_format_has_a_file_here() -> None:
    assert {format_of(Path(name).suffix) for name in FILES} == set(FORMATS)


def test_an_ending_has_one_reader_whatever_its_case() -> None:
    assert len(SUFFIXES) == sum(len(one.suffixes) for one in FORMATS)
    assert format_of(".PDF") is format_of(".pdf")
    assert format_of("").media_type == "text/plain"


def test_an_unknown_ending_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownFormat) as caught:
        format_of(".xyz")
    assert str(caught.value) == (
        "there is no reader for files that end in '.xyz'; save it as one of .txt, .text, .log, .rst, .adoc, .org, "
        ".md, .markdown, .html, .htm, .xhtml, .pdf, .docx, .epub, .jsonl, .ndjson, .eml"
    )
