"""Web pages, books, Word documents and e-mails: their words in order, a block a paragraph."""

import re
import zipfile

import pytest

from index.documents import Page
from index.formats import epub, mail, webpage, word
from index.formats.archive import MAX_RATIO, MAX_UNPACKED_MIB, Archive
from index.formats.blocks import text_of
from index.formats.extracted import BrokenFile, EncryptedFile, Extracted, TooLarge
from index.formats.table import Reader
from index.metadata import Metadata
from index.spans import Span
from made_files import CONTAINER, archive
from made_files import epub as made_epub
from made_files import word as made_word

PARAGRAPH = (
    "The lighthouse at Skerry was painted green in 1911 by Ada Brandt, who came with a ladder, and two brushes."
)
TABLE = "<table><tr><th>Year</th><th>Colour</th></tr><tr><td>1911</td><td>green</td></tr></table>"


def extracted(read: Reader, raw: bytes) -> Extracted:
    [one] = read(raw)
    return one


def blocks(source: str) -> list[str]:
    return text_of(webpage.tree(source)).split("\n\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One\n  <b>bold</b> word</p><p>Two</p>", ["One bold word", "Two"]),
        ("<div>loose<p>inner</p>tail</div>", ["loose", "inner", "tail"]),
        ("<ul><li>first<li>second<ul><li>deep</ul></ul>", ["first", "second", "deep"]),
        (TABLE, ["Year | Colour", "1911 | green"]),
        ("<table><tr><td><p>laid</p></td><td>out</td></tr></table>", ["laid", "out"]),
        ("line<br>break", ["line\nbreak"]),
        ("<pre>a  b\n  c</pre>", ["a  b\n  c"]),
        ("<script>x</script><style>y</style>text<!-- no --> goes on", ["text goes on"]),
        ("caf&eacute; &amp; 👩‍👧", ["café & 👩‍👧"]),
    ],
)
def test_a_block_is_a_paragraph(source: str, expected: list[str]) -> None:
    assert blocks(source) == expected


def test_a_page_is_its_main_text_with_tables_and_lists_but_without_its_furniture() -> None:
    page = (
        "<html><head><meta property='og:title' content='Green  lighthouse'><title>Post</title>"
        "<link rel='canonical' href='https://post.example/green'></head><body><nav><a href='/'>Home</a></nav>"
        f"<div class='article'><h1>Green lighthouse</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>{TABLE}"
        "<ul><li>one thing</li></ul></div><div class='sidebar'><p>Read also</p></div><footer>Imprint</footer>"
    )
    one = extracted(webpage.read, page.encode())
    expected = ["Green lighthouse", PARAGRAPH, PARAGRAPH, "Year | Colour", "1911 | green", "one thing"]
    assert one == Extracted("\n\n".join(expected), title="Green lighthouse", url="https://post.example/green")


def test_a_short_page_is_taken_whole() -> None:
    one = extracted(
        webpage.read, b"<title>T</title><header>Site</header><p>Closed on Monday.</p><script>x</script>"
    )
    assert (one.text, one.title, one.url) == ("Closed on Monday.", "T", None)


@pytest.mark.parametrize(
    ("raw", "text", "notes"),
    [
        (b"<meta charset='iso-8859-1'><p>\x93Stra\xdfe\x94</p>", "“Straße”", ("read as cp1252",)),
        ("<meta charset=utf-8><p>Straße</p>".encode(), "Straße", ()),
        ("<p>Straße</p>".encode("utf-16"), "Straße", ("read as utf_16",)),
        ('<?xml version="1.0" encoding="utf-8"?><html><title/><p>Straße</p></html>'.encode(), "Straße", ()),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_names(raw: bytes, text: str, notes: tuple[str, ...]) -> None:
    one = extracted(webpage.read, raw)
    assert (one.text, one.notes) == (text, notes)


def test_a_file_without_a_word_is_no_page() -> None:
    with pytest.raises(BrokenFile, match="holds no HTML"):
        extracted(webpage.read, b"  \n")


def test_a_page_made_to_be_slow_is_read_in_no_time() -> None:
    row = b"<table><tr>" + b"<td>x</td>" * 20_000 + b"</tr></table>"
    assert extracted(webpage.read, row).text == " | ".join(["x"] * 20_000)
    assert extracted(webpage.read, b"<div>" * 200_000 + b"deeper than any page is").text == ""


def test_a_word_document_has_headings_items_and_rows() -> None:
    raw = made_word(
        "# Skerry", "A\ttab.", "- first", "- second", [["Year", "Colour"], ["1911", "green"]], "End.", title="T"
    )
    expected = ["Skerry", "A\ttab.", "first", "second", "Year | Colour", "1911 | green", "End."]
    one = extracted(word.read, raw)
    assert (one.text, one.title) == ("\n\n".join(expected), "T")


def test_changes_are_read_as_accepted_and_footnotes_stand_at_the_end() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('It was ')}<w:del><w:r><w:delText>red</w:delText></w:r></w:del>"
        f"<w:ins>{run.format('green')}</w:ins><w:r><w:br/></w:r>{run.format('always.')}</w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('Inside.')}</w:p></w:sdtContent></w:sdt>"
    )
    parts = {
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {space}><w:p>{run.format('Note.')}</w:p></w:footnotes>",
    }
    assert extracted(word.read, archive(parts)).text == "It was green\nalways.\n\nInside.\n\nNote."


def test_a_book_has_chapters_with_numbers_and_names() -> None:
    raw = made_epub(("One", "<h1>I</h1><p>First.</p>"), ("", "<p/>"), ("", "<p>Second.</p>"), title="A &amp; B")
    assert extracted(epub.read, raw) == Extracted(
        "I\n\nFirst.\n\nSecond.", title="A & B", pages=(Page(1, "One", Span(0, 9)), Page(2, "2", Span(11, 18)))
    )


def test_the_contents_of_an_old_book_name_its_chapters() -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.html"/>'
        '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        '<spine toc="n"><itemref idref="a"/></spine></package>'
    )
    contents = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Prologue</text></navLabel>'
        '<content src="a.html#x"/></navPoint></navMap></ncx>'
    )
    parts = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package, "OEBPS/toc.ncx": contents}
    raw = archive({**parts, "OEBPS/a.html": "<p>Text.</p>"})
    assert extracted(epub.read, raw).pages == (Page(1, "Prologue", Span(0, 5)),)


LOCKED = (
    '<encryption><EncryptedData><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
)


def test_a_book_that_its_shop_locked_is_refused_and_one_with_locked_fonts_is_not() -> None:
    fonts = LOCKED.format("OEBPS/font.otf")
    assert (
        extracted(epub.read, made_epub(("", "<p>Text.</p>"), **{"META-INF__encryption.xml": fonts})).text == "Text."
    )
    text = LOCKED.format("OEBPS/text/c%201.xhtml")
    with pytest.raises(EncryptedFile, match="is locked by its shop's copy protection"):
        extracted(epub.read, made_epub(("", "<p>Text.</p>"), **{"META-INF__encryption.xml": text}))


BOMB = archive({"word/document.xml": b" " * (2 * 2**20)})
BILLION = archive({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'})
BAD = [
    (word.read, BOMB, TooLarge, f"unpacks to more than {MAX_RATIO} times its size, as only a ZIP bomb does"),
    (word.read, BILLION, None, ""),
    (word.read, b"PK\x03\x04 cut", BrokenFile, "is not a whole ZIP archive, as such files are"),
    (word.read, made_word("A.")[:-30], BrokenFile, "is not a whole ZIP archive, as such files are"),
    (word.read, archive({"a": "b"}), BrokenFile, "lacks the part 'word/document.xml'"),
    (
        word.read,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        EncryptedFile,
        "is locked by a password, or an old Word file",
    ),
    (epub.read, archive({"a": "b"}), BrokenFile, "lacks the part 'META-INF/container.xml'"),
    (epub.read, made_epub(), BrokenFile, "names no chapters"),
    (mail.read, b"Just a text.\n", BrokenFile, "has none of an e-mail's headers"),
]


@pytest.mark.parametrize(
    ("read", "raw", "kind", "said"), [one for one in BAD if one[2]], ids=lambda value: str(value)[:20]
)
def test_a_bad_file_says_what_is_wrong(read: Reader, raw: bytes, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as caught:
        extracted(read, raw)
    assert str(caught.value).startswith(said + ";")


def test_entities_are_left_alone() -> None:
    assert extracted(word.read, BILLION).text == ""


def test_all_parts_together_have_a_limit() -> None:
    half = bytes(MAX_UNPACKED_MIB * 2**19)
    opened = Archive(archive({"a": half, "b": half, "c": b"one byte too many"}, method=zipfile.ZIP_STORED))
    assert (opened.part("a"), opened.part("b")) == (half, half)
    with pytest.raises(TooLarge, match=f"unpacks to more than {MAX_UNPACKED_MIB} MiB"):
        opened.part("c")


HEADERS = (
    "From: Ada <a@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?q?Gr=C3=BCn?=\r\n"
    "Date: Mon, 2 Jan 1911 10:00:00 +0000\r\n"
)
SAID = Metadata.of(
    {"from": "a@example.org", "to": "b@example.org", "date": "1911-01-02T10:00:00+00:00", "subject": "Grün"}
)
SHOWN = "Subject: Grün\nFrom: Ada <a@example.org>\nTo: b@example.org\nDate: Mon, 02 Jan 1911 10:00:00 +0000\n\n"


@pytest.mark.parametrize(
    ("rest", "body", "notes"),
    [
        ("\r\nPainted it.\r\nTwice.\r\n", "Painted it.\nTwice.\n", ()),
        ("Content-Type: text/html; charset=utf-8\r\n\r\n<p>Painted</p><p>it.</p>", "Painted\n\nit.\n", ()),
        ("Content-Type: text/plain; charset=nonsense\r\n\r\nPainted it.", "Painted it.\n", ()),
        (
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nPainted it.\r\n"
            "--x\r\n"
            "Content-Disposition: attachment; filename=a.bin\r\n\r\nxyz\r\n--x--\r\n",
            "Painted it.\n",
            ("1 attachment left out",),
        ),
    ],
    ids=["plain", "html", "unknown encoding", "attachment"],
)
def test_an_e_mail_is_its_headers_and_its_body(rest: str, body: str, notes: tuple[str, ...]) -> None:
    one = extracted(mail.read, (HEADERS + rest).encode())
    assert one == Extracted(re.sub(r"\r", "", SHOWN) + body, title="Grün", notes=notes, metadata=SAID)
