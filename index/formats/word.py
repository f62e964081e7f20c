"""Word documents (DOCX): paragraphs, and a table's rows as lines."""

import re
from collections.abc import Iterator

from lxml import etree

from index.dates import normalised
from index.formats.archive import Archive
from index.formats.blocks import BREAK
from index.formats.extracted import EncryptedFile, Extracted
from index.metadata import Metadata

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old Word files begin, and new ones under a password."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PROPERTIES, _BODY, _FOOTNOTES = "docProps/core.xml", "word/document.xml", "word/footnotes.xml"
_TITLE, _AUTHOR = "{http://purl.org/dc/elements/1.1/}title", "{http://purl.org/dc/elements/1.1/}creator"
_CREATED = "{http://purl.org/dc/terms/}created"
_NOT_SHOWN = {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


def read(raw: bytes) -> Iterator[Extracted]:
    """The document's text as it stands with all changes accepted, and its footnotes at the end."""
    if raw.startswith(_OLD):
        raise EncryptedFile(
            "is locked by a password, or an old Word file", remedy="save it as DOCX without a password"
        )
    archive = Archive(raw)
    blocks = list(_blocks(archive.xml(_BODY)))
    if _FOOTNOTES in archive:
        blocks += _blocks(archive.xml(_FOOTNOTES))
    said = archive.xml(_PROPERTIES) if _PROPERTIES in archive else etree.Element("none")
    metadata = Metadata.stated(
        {"author": said.findtext(_AUTHOR), "date": normalised(said.findtext(_CREATED) or "")}
    )
    yield Extracted(BREAK.join(blocks), title=" ".join((said.findtext(_TITLE) or "").split()), metadata=metadata)


def _blocks(root: etree._Element) -> Iterator[str]:
    """Paragraphs and rows from the outside in: one inside another, as in a text box, belongs to it."""
    walk = etree.iterwalk(root, events=("start",), tag=(f"{_W}p", f"{_W}tr"))
    for _, element in walk:
        walk.skip_subtree()
        text = _row(element) if element.tag == f"{_W}tr" else _text(element)
        if text.strip("| \t\n"):
            yield text.strip()


def _row(row: etree._Element) -> str:
    return " | ".join(" ".join(_text(cell).split()) for cell in row.iterfind(f"{_W}tc"))


def _text(root: etree._Element) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in _NOT_SHOWN:
            walk.skip_subtree()
        elif element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag == f"{_W}p" and parts:
            parts.append("\n")
        elif element.tag in _MARKS and _name(element.getparent()) != "tabs":
            parts.append(_MARKS[str(element.tag)])
    return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parts))


def _name(element: etree._Element | None) -> str:
    return "" if element is None else str(element.tag).rpartition("}")[2]
