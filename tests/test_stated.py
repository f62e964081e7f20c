"""What a file says of itself becomes its document's metadata, with dates in ISO 8601."""

import json
from pathlib import Path

import pytest

from index.formats import epub, jsonl, mail, markdown, pdf, plain, webpage, word
from index.formats.extracted import BrokenFile, Extracted
from index.formats.reading import documents, original
from index.formats.table import Reader
from index.metadata import Metadata
from made_files import archive
from made_files import pdf as made_pdf
from made_files import word as made_word


def said(read: Reader, raw: bytes) -> dict[str, object]:
    [one] = read(raw)
    return dict(one.metadata.pairs)


def linked(**of: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(of)}</script>"


ADA = {"author": "Ada Brandt", "date": "2024-05-17"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "<meta name=author content=' Ada\nBrandt'><meta property='article:published_time' content=2024-05-17>",
            ADA,
        ),
        ("<meta name='DC.creator' content='Ada Brandt'><meta name='DC.date' content='2024/05/17'>", ADA),
        (linked(author={"@type": "Person", "name": "Ada Brandt"}, datePublished="2024-05-17"), ADA),
        (
            linked(**{"@graph": [{"@type": "WebSite"}, {"author": "Ada Brandt", "datePublished": "2024-05-17"}]}),
            ADA,
        ),
        (
            linked(author=[{"name": "Ada"}, {"name": "Olaf"}], publisher={"name": "The Post"}),
            {"author": "Ada; Olaf", "site": "The Post"},
        ),
        ("<meta property='og:site_name' content='The Post'>", {"site": "The Post"}),
        ("<meta property='article:author' content='https://x.example/ada'>", {}),
        ("<meta name=date content='last week'>", {}),
        ("<meta name=date content='2024-05-17T10:00:00.0000000Z'>", {"date": "2024-05-17T10:00:00+00:00"}),
        ("<meta name=date content='2024-05-17T10:00:00+0200'>", {"date": "2024-05-17T10:00:00+02:00"}),
        ("<meta name=date content='Fri, 17 May 2024 10:00:00 GMT'>", {"date": "2024-05-17T10:00:00+00:00"}),
        ("<script type='application/ld+json'>{broken</script>", {}),
        ("<script type='application/ld+json'>" + "[" * 100_000 + "</script>", {}),
        ('<script type=\'application/ld+json\'>[1, {"author": {"name": 5}}]</script>', {}),
    ],
)
def test_a_page_s_author_and_date(head: str, expected: dict[str, object]) -> None:
    assert said(webpage.read, f"<html><head>{head}</head><body><p>Text.</p></body>".encode()) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("<time itemprop=datePublished datetime=2024-05-17>", {"date": "2024-05-17"}),
        ("<time pubdate datetime=2024-05>", {"date": "2024-05"}),
        ("<time datetime=2024-05-17>", {}),
    ],
)
def test_a_time_in_a_page_s_body_counts_where_it_is_said_to_be_the_page_s(
    time: str, expected: dict[str, object]
) -> None:
    assert said(webpage.read, f"<p>Text. {time}May</time></p>".encode()) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("D:20240517100000+02'00'", "2024-05-17T10:00:00+02:00"),
        ("D:20240517100000Z", "2024-05-17T10:00:00Z"),
        ("D:202405171000", "2024-05-17T10:00:00"),
        ("D:20240517", "2024-05-17"),
        ("2024", "2024"),
        ("D:20249917", None),
        ("in May", None),
    ],
)
def test_a_pdf_s_author_and_date(written: str, expected: str | None) -> None:
    raw = made_pdf(["Text."], said=f"/Author (Ada) /CreationDate ({written})".encode())
    assert said(pdf.read, raw) == {"author": "Ada", **({"date": expected} if expected else {})}


def test_a_word_document_s_author_and_date() -> None:
    found = said(word.read, made_word("Text.", author="Ada Brandt"))
    assert found == {"author": "Ada Brandt", "date": "2013-12-23T23:15:00Z"}  # python-docx's template


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<c>Ada</c><c>Olaf</c><d>1911</d>", {"author": "Ada; Olaf", "date": "1911"}),
        (
            "<d opf:event='modification'>2024</d><d opf:event='publication'>1911-05</d>",
            {"date": "1911-05"},
        ),
        ("<d>long ago</d>", {}),
    ],
)
def test_a_book_s_authors_and_date(inside: str, expected: dict[str, object]) -> None:
    inside = inside.replace("<d", "<dc:date").replace("</d", "</dc:date")
    inside = inside.replace("<c>", "<dc:creator>").replace("</c>", "</dc:creator>")
    spaces = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:opf='http://www.idpf.org/2007/opf'"
    package = (
        f"<package xmlns='http://www.idpf.org/2007/opf' {spaces}><metadata>{inside}</metadata>"
        "<manifest><item id='a' href='a.html'/></manifest><spine><itemref idref='a'/></spine></package>"
    )
    container = "<container><rootfiles><rootfile full-path='book.opf'/></rootfiles></container>"
    parts = {"META-INF/container.xml": container, "book.opf": package, "a.html": "<p>Text.</p>"}
    assert said(epub.read, archive(parts)) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"From: a@x.org\r\nTo: B <b@x.org>, c@x.org\r\n", {"from": "a@x.org", "to": "b@x.org, c@x.org"}),
        (b"From: undisclosed\r\nDate: some day\r\n", {"from": "undisclosed"}),
        (b"Subject: =?utf-8?q?Gr=C3=BCn?=\r\n", {"subject": "Gr\u00fcn"}),
    ],
)
def test_an_e_mail_s_addresses_date_and_subject(headers: bytes, expected: dict[str, object]) -> None:
    assert said(mail.read, headers + b"\r\nText.") == expected


FRONT = (
    "---\ntitle: The log\nauthor: Ada Brandt\ndate: 2024-05-17\ndraft: false\ntags: [a, b]\n---\n# Day one\nText.\n"
)


def test_front_matter_is_said_of_markdown_and_stays_in_its_text() -> None:
    [one] = markdown.read(FRONT.encode())
    metadata = Metadata.of({"author": "Ada Brandt", "date": "2024-05-17", "draft": False})
    assert one == Extracted(FRONT, title="The log", metadata=metadata)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\nauthor: Ada\n...\n# Day one\n", "Day one"),
        ("---\nauthor: Ada\n---\nText.\n", ""),
        ("---\r\nauthor: Ada\r\n---\r\nText.\r\n", ""),
    ],
)
def test_without_a_title_in_it_the_first_heading_behind_it_counts(text: str, title: str) -> None:
    [one] = markdown.read(text.encode())
    assert (one.text, one.title, one.metadata.mapping()) == (text, title, {"author": "Ada"})


@pytest.mark.parametrize(
    "text", ["---\nJust a line.\n---\n", "---\n[broken: {\n---\n", "---\na: b\n", "A.\n---\na: b\n---\n"]
)
def test_what_is_no_front_matter_says_nothing(text: str) -> None:
    assert said(markdown.read, text.encode()) == {}


def test_a_line_says_what_is_to_be_kept_of_its_document() -> None:
    line = {"text": "Text.", "metadata": {"author": "Ada", "year": 2024, "signed": True, "gone": None}}
    assert said(jsonl.read, json.dumps(line).encode()) == {"author": "Ada", "year": 2024, "signed": True}
    assert said(jsonl.read, b'{"text": "Text.", "metadata": null}') == {}


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ('{"a": {"b": 1}}', "line 1: the metadata 'a' is an object, and metadata is flat; "),
        ('{"a": ["b"]}', "line 1: the metadata 'a' is a list, and metadata is flat; "),
        ('{"a": NaN}', "line 1: the metadata 'a' is a number that is not finite or above 2^53; "),
        ('"Ada"', "line 1 has metadata that are no object; "),
    ],
)
def test_metadata_that_cannot_be_kept_are_named_with_their_line(metadata: str, problem: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        said(jsonl.read, f'{{"text": "Text.", "metadata": {metadata}}}'.encode())
    assert str(caught.value).startswith(problem)


def test_plain_text_says_nothing() -> None:
    assert said(plain.read, b"author: Ada\n") == {}


def test_what_is_given_with_a_file_counts_before_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "log.md"
    file.write_text(FRONT, encoding="utf-8")
    given = Metadata.of({"author": "Olaf", "project": "Skerry"})
    [one] = documents(original(file), source="log.md", metadata=given)
    expected = {"author": "Olaf", "date": "2024-05-17", "draft": False, "project": "Skerry"}
    assert one.document.metadata.mapping() == expected
