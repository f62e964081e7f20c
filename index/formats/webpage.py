"""Web pages: the main text, without what surrounds it."""

import codecs
import logging
import re
from collections.abc import Iterator

import readability
from lxml import etree, html

from index.formats.blocks import FURNITURE, text_of
from index.formats.extracted import BrokenFile, Extracted
from index.formats.plain import decoded
from index.formats.published import published

MIN_MAIN_CHARACTERS = 200
"""A main text shorter than this was not found: the whole page is taken, but for its furniture."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SELF_CLOSED = re.compile(r"<(title|script|style|a|i|b|em|span|div|p|td|li|section)(\s[^<>]*)?/>", re.IGNORECASE)


def read(raw: bytes) -> Iterator[Extracted]:
    """The page's main text, title and address, and who published it when."""
    source, notes = _decoded(raw)
    page = tree(source)
    text = _main(source) if _whole(page) else ""
    yield Extracted(
        text if len(text) >= MIN_MAIN_CHARACTERS else _whole(page),
        title=_meta(page, "og:title") or " ".join((page.findtext(".//title") or "").split()),
        url=_address(page),
        notes=notes,
        metadata=published(page),
    )


def tree(source: str) -> html.HtmlElement:
    """``source`` as HTML or XHTML, however bad.

    Raises:
        BrokenFile: nothing in it is an element.
    """
    source = _SELF_CLOSED.sub(r"<\1\2></\1>", _DECLARATION.sub("", source))
    try:
        page: html.HtmlElement = html.document_fromstring(source)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise BrokenFile("holds no HTML", remedy="give it the ending of its real format") from None
    return page


class _MainText(readability.Document):
    """Finds the element that holds the main text, and leaves what is in it whole: tables and lists count too."""

    def sanitize(self, node: html.HtmlElement, *_: object) -> str:
        return str(html.tostring(node, encoding="unicode"))


def _main(source: str) -> str:
    """The main text, empty where none was found."""
    logging.getLogger("readability").setLevel(logging.CRITICAL)  # it logs what it then raises
    try:
        found = _MainText(_DECLARATION.sub("", source)).summary(html_partial=True)
        return text_of(html.document_fromstring(found), without=FURNITURE)
    except (readability.readability.Unparseable, etree.ParserError):
        return ""


def _whole(page: html.HtmlElement) -> str:
    return text_of(page, without=FURNITURE) or text_of(page)


def _decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """``raw`` in the encoding that it names itself, or else in the one that it is most probably in."""
    named = _CHARSET.search(raw[:4096])
    if named and not raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        try:
            encoding = codecs.lookup(named[1].decode()).name
            encoding = "cp1252" if encoding in {"iso8859-1", "ascii"} else encoding  # as every browser does
            text = raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            return decoded(raw)
        return text, () if encoding == "utf-8" else (f"read as {encoding}",)
    return decoded(raw)


def _address(page: html.HtmlElement) -> str | None:
    canonical = [str(link.get("href")) for link in page.iterfind(".//link[@rel='canonical']")]
    address = next(iter(canonical), "") or _meta(page, "og:url")
    return address if re.match(r"https?://\S+\Z", address) else None


def _meta(page: html.HtmlElement, name: str) -> str:
    found = page.find(f".//meta[@property='{name}']")
    return " ".join(str(found.get("content") or "").split()) if found is not None else ""
