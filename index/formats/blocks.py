"""The text of an HTML tree: a paragraph, a heading, a list item or a table row a block."""

import re
from collections.abc import Iterator

from lxml import etree

BREAK = "\n\n"
"""What stands between two blocks: a sentence never runs from one into the next."""

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol option p pre section select summary "
    "table tbody td textarea tfoot th thead tr ul".split()
)
_CELLS = frozenset(("td", "th"))
_WITHOUT_TEXT = frozenset(
    "audio button canvas embed head iframe math noscript object script style svg template title video".split()
)
FURNITURE = frozenset(("nav", "header", "footer", "aside", "form"))
"""What surrounds a page's own text."""


def text_of(root: etree._Element, *, without: frozenset[str] = frozenset()) -> str:
    """The blocks of ``root`` in order; white space is collapsed but in ``pre``, a row's cells joined by ``|``."""
    return BREAK.join(_blocks(root, _WITHOUT_TEXT | without))


def _blocks(root: etree._Element, skipped: frozenset[str]) -> Iterator[str]:
    run: list[str] = []
    of_words = [False]  # for each table row around: whether it is one of data, whose cells stand on one line
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = _name(element)
        cell = tag in _CELLS and of_words[-1]
        if tag in _BLOCKS and not cell:
            yield from _flushed(run)
        if tag == "tr":
            of_words = [*of_words, _holds_only_words(element)] if event == "start" else of_words[:-1]
        if event == "start":
            if tag in skipped:
                walk.skip_subtree()
                continue
            if tag == "br" or (cell and any(piece.strip() for piece in run)):
                run.append("\n" if tag == "br" else " | ")
            if element.text:
                run.append(_spaced(element, element.text))
        elif element is not root and element.tail:
            run.append(_spaced(element.getparent(), element.tail))
    yield from _flushed(run)


def _flushed(run: list[str]) -> Iterator[str]:
    """What has been run together, as a block; a space or a line break is followed by no other space."""
    pieces = [
        piece.lstrip(" ") if before.endswith(" ") or before == "\n" else piece
        for before, piece in zip(["", *run], run, strict=False)
    ]
    text = re.sub(r" +\n", "\n", "".join(pieces)).strip()
    run.clear()
    if text.strip("| \n"):
        yield text


def _holds_only_words(row: etree._Element) -> bool:
    """Whether a row is one of a table of data, not of a layout."""
    return not any(_name(inside) in _BLOCKS - _CELLS for inside in row.iterdescendants())


def _spaced(parent: etree._Element | None, text: str) -> str:
    """``text`` with its white space collapsed, but inside ``pre``, where line ends are kept."""
    while parent is not None:
        if _name(parent) == "pre":
            return text.replace("\r\n", "\n")
        parent = parent.getparent() if _name(parent) in {"code", "span", "samp", "kbd"} else None
    return re.sub(r"[ \t\r\n\f\v]+", " ", text)


def _name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
