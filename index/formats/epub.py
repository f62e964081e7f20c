"""Electronic books (EPUB): chapters in reading order."""

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from index.dates import normalised
from index.documents import Page
from index.formats.archive import Archive
from index.formats.blocks import BREAK, text_of
from index.formats.extracted import BrokenFile, EncryptedFile, Extracted
from index.formats.plain import decoded
from index.formats.webpage import tree
from index.metadata import Metadata
from index.spans import Span

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_EVENT = "{http://www.idpf.org/2007/opf}event"


def read(raw: bytes) -> Iterator[Extracted]:
    """The book's text; each part of its spine that holds text is a chapter, numbered from 1.

    Chapters are named as in the table of contents, and by their number where they are not in it.
    """
    archive = Archive(raw)
    package_path = next((str(one.get("full-path")) for one in _all(archive.xml(_CONTAINER), "rootfile")), "")
    package = archive.xml(package_path)
    items = {str(item.get("id")): item for item in _all(package, "item")}
    paths = {name: _joined(package_path, str(item.get("href"))) for name, item in items.items()}
    spine = [paths[name] for ref in _all(package, "itemref") if (name := str(ref.get("idref"))) in paths]
    if not spine:
        raise BrokenFile("names no chapters", remedy="make the book again")
    if _ENCRYPTION in archive and _locked(archive) & set(spine):
        raise EncryptedFile("is locked by its shop's copy protection", remedy="take a copy without it")
    labels = _labels(archive, items, paths)
    text, pages = "", list[Page]()
    for path in dict.fromkeys(spine):
        chapter = text_of(tree(decoded(archive.part(path))[0]))
        if chapter:
            text += BREAK if text else ""
            number = len(pages) + 1
            pages.append(Page(number, labels.get(path, str(number)), Span(len(text), len(text) + len(chapter))))
            text += chapter
    title = next((_words(one) for one in _all(package, "title")), "")
    yield Extracted(text, title=title, pages=tuple(pages), metadata=_metadata(package))


def _metadata(package: etree._Element) -> Metadata:
    """The book's authors, and when it was published, as its package says."""
    dates = [one for one in _all(package, "date") if one.get(_EVENT, "publication") == "publication"]
    date = next((found for one in dates if (found := normalised(_words(one)))), "")
    return Metadata.stated({"author": "; ".join(_words(one) for one in _all(package, "creator")), "date": date})


def _labels(archive: Archive, items: Mapping[str, etree._Element], paths: Mapping[str, str]) -> dict[str, str]:
    """What the table of contents, of EPUB 3 or else of EPUB 2, calls each file."""
    labels: dict[str, str] = {}
    for name, item in items.items():
        base = paths[name]
        if base not in archive:
            continue
        if "nav" in str(item.get("properties")).split():
            for link in tree(decoded(archive.part(base))[0]).iterfind(".//a[@href]"):
                labels.setdefault(_joined(base, str(link.get("href"))), _words(link))
        elif item.get("media-type") == "application/x-dtbncx+xml":
            for point in _all(archive.xml(base), "navPoint"):
                label, content = next(_all(point, "text"), None), next(_all(point, "content"), None)
                if label is not None and content is not None:
                    labels.setdefault(_joined(base, str(content.get("src"))), _words(label))
    return labels


def _locked(archive: Archive) -> set[str]:
    """The files that are encrypted; many books only have their fonts so."""
    return {unquote(str(one.get("URI"))) for one in _all(archive.xml(_ENCRYPTION), "CipherReference")}


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(f"{{*}}{name}")


def _joined(base: str, href: str) -> str:
    """``href``, as ``base`` names it, from the archive's root, without its fragment."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.partition("#")[0])))


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
