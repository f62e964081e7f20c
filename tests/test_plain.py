"""Text in any encoding is read, and what is no text is refused."""

import hashlib

import pytest

from index.formats.extracted import BrokenFile, Extracted
from index.formats.jsonl import read as read_jsonl
from index.formats.markdown import read as read_markdown
from index.formats.plain import NotText, decoded, read

GERMAN = "Die Straße führt über die Brücke nach München. Die Größe überrascht jeden Besucher der Stadt.\r\n"
RUSSIAN = "Рыбаки вернулись домой поздно вечером, и никто не спросил их, где они были всё это время.\n"
JAPANESE = "灯台は一九一一年に緑色に塗られました。誰もそれを頼んでいませんでした。港の長はそう言いました。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "notes"),
    [
        (GERMAN, "utf-8", ()),
        (GERMAN, "utf-8-sig", ()),
        (GERMAN, "utf-16", ("read as utf_16",)),
        (GERMAN, "utf-32", ("read as utf_32",)),
        (RUSSIAN, "cp1251", ("read as cp1251",)),
        (RUSSIAN, "koi8-r", ("read as koi8_r",)),
        (JAPANESE, "shift-jis", ("read as cp932",)),
    ],
)
def test_a_text_is_the_same_in_any_encoding(text: str, encoding: str, notes: tuple[str, ...]) -> None:
    assert list(read(text.encode(encoding))) == [Extracted(text, notes=notes)]


def test_a_western_text_without_a_mark_keeps_its_letters_and_says_how_it_was_read() -> None:
    text, [note] = decoded(GERMAN.encode("cp1252"))
    assert text == GERMAN
    assert note.startswith("read as cp12")


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        (bytes(range(256)) * 8, NotText, "is no text in UTF-8 (byte 128) or any other encoding"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 40, NotText, "holds binary data, not text"),
        (b"\xff\xfeab\x00", BrokenFile, "is not in the encoding that its byte order mark names (byte 4)"),
    ],
    ids=["bytes", "program", "cut off"],
)
def test_what_is_no_text_is_refused(raw: bytes, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as caught:
        decoded(raw)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# One\n\n# Two", "One"),
        ("text\n\n## `Two` *words* ##\n", "Two words"),
        ("```sh\n# a comment\n```\n### [Linked](http://x/) heading", "Linked heading"),
        ("Underlined\n==========\n", "Underlined"),
        ("no heading\n\n---\n#hashtag", ""),
    ],
)
def test_markdown_is_kept_as_written_and_named_after_its_first_heading(source: str, title: str) -> None:
    assert list(read_markdown(source.encode())) == [Extracted(source, title=title)]


def test_json_lines_are_documents_with_hashes_of_their_own() -> None:
    raw = b'\xef\xbb\xbf{"id": 7, "title": "T", "text": "One."}\r\n\r\n{"text": "Two.", "metadata": {"a": 1}}'
    found = list(read_jsonl(raw))
    assert [(one.part, one.title, one.text) for one in found] == [("7", "T", "One."), ("3", "", "Two.")]
    assert found[1].sha256 == hashlib.sha256(b'{"text": "Two.", "metadata": {"a": 1}}').hexdigest()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "line 2 is no JSON object in UTF-8"),
        (b"[1]", "line 2 is no JSON object in UTF-8"),
        (b'{"text": "caf\xe9"}', "line 2 is no JSON object in UTF-8"),
        (b"[" * 100_000, "line 2 is no JSON object in UTF-8"),
        (b'{"title": "T"}', "line 2 has no text under 'text'"),
        (b'{"text": " "}', "line 2 has no text under 'text'"),
        (
            b'{"text": "T", "title": 1}',
            "line 2 has a title that is no text, or an id that is neither text nor number",
        ),
    ],
    ids=range(7),
)
def test_a_wrong_line_refuses_the_whole_file(line: bytes, said: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        next(read_jsonl(b'{"text": "One."}\n' + line))
    assert caught.value.problem == said
