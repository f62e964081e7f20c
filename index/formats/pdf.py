"""PDF: pages of paragraphs, put together from lines."""

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from index.dates import moments
from index.documents import Page
from index.formats.blocks import BREAK
from index.formats.extracted import BrokenFile, EncryptedFile, Extracted, UnreadableFile
from index.formats.lines import Line, joined, paragraphs, usual_gap
from index.metadata import Metadata
from index.spans import Span

BEGIN_MARK, BEGIN_BYTES = b"%PDF-", 1024
"""A PDF has its begin mark among its first bytes: some have a few others before it."""
END_MARK, END_BYTES = b"%%EOF", 2048
"""A whole PDF has its end mark among its last bytes."""
REPEATED_ON = 3
"""A first or last line that stands on so many pages and on half of them is a running head, or a page number."""
_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?)?)?(?:([+-]\d\d)(?:'?(\d\d))?)?", re.ASCII
)

_TURN = threading.Lock()
"""PDFium works for one thread at a time."""


class NoTextLayer(UnreadableFile):
    """A scan: its pages are pictures."""


def read(raw: bytes) -> Iterator[Extracted]:
    """The pages' text: lines joined to paragraphs, words to what they were before they were cut at a line's end."""
    if BEGIN_MARK not in raw[:BEGIN_BYTES]:
        raise BrokenFile("is no PDF", remedy="give it the ending of its real format")
    if END_MARK not in raw[-END_BYTES:]:
        raise BrokenFile("is cut off, for a PDF's end mark is missing", remedy="fetch or save it again")
    with _TURN:
        title, metadata, labels, lines = _opened(raw)
    if not any(lines):
        raise NoTextLayer(
            "is a scan: its pages are pictures without text", remedy="let an OCR program add the text"
        )
    kept = _without_running_heads(_without_running_heads(lines))  # a head may have two lines, or there is a foot
    usual = usual_gap(kept)
    text, pages = "", list[Page]()
    for number, (label, own) in enumerate(zip(labels, kept, strict=True), start=1):
        page = BREAK.join(paragraphs(own, usual))
        if page:
            text = joined(text, page) if text else ""
            pages.append(Page(number, label, Span(len(text), len(text) + len(page))))
            text += page
    empty = len(lines) - len(pages)
    yield Extracted(
        text,
        title=title,
        pages=tuple(pages),
        notes=(f"{empty} of {len(lines)} pages without text",) if empty else (),
        metadata=metadata,
    )


def _opened(raw: bytes) -> tuple[str, Metadata, list[str], list[list[Line]]]:
    """The title, what else is said of it, each page's label, and each page's lines."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise EncryptedFile("is locked by a password", remedy="save it without one") from None
        raise BrokenFile("is no PDF, or a damaged one", remedy="fetch or save it again") from None
    try:
        title = " ".join(document.get_metadata_value("Title").split())
        labels = [document.get_page_label(i) or str(i + 1) for i in range(len(document))]
        created = _date(document.get_metadata_value("CreationDate"))
        metadata = Metadata.stated({"author": document.get_metadata_value("Author"), "date": created})
        return title, metadata, labels, [list(_lines(document, number)) for number in range(len(document))]
    finally:
        document.close()


def _date(written: str) -> str:
    """A PDF's date, ``D:20240517100000+02'00'`` say, in ISO 8601; empty where it is none."""
    found = _DATE.match(written)
    if not found:
        return ""
    year, month, day, hour, minute, second, zone, behind = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    time = f"T{hour}:{minute}:{second or '00'}" if minute else ""
    offset = f"{zone}:{behind or '00'}" if zone else "Z" if "Z" in written else ""
    text = f"{date}{time}{offset if time else ''}"
    return text if moments(text) else ""


def _lines(document: pypdfium2.PdfDocument, number: int) -> Iterator[Line]:
    """The lines of a page as PDFium orders them, which is the order in which they were written."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        raise BrokenFile(f"has a damaged page {number + 1}", remedy="fetch or save it again") from None
    text = page.get_textpage()
    try:
        codes = [pdfium.FPDFText_GetUnicode(text.raw, i) for i in range(text.count_chars())]
        begin = 0
        for end in [*(i for i, code in enumerate(codes) if code == 10), len(codes)]:
            shown = [i for i in range(begin, end) if not chr(codes[i]).isspace()]
            if shown:
                yield Line(_characters(codes[begin:end]), _box(text, shown[0]), _box(text, shown[-1]))
            begin = end + 1
    finally:
        text.close()
        page.close()


def _characters(codes: Sequence[int]) -> str:
    """``codes`` as text, with pairs of surrogates put together and lone ones replaced."""
    return "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a character's place, in points from the page's lower left corner."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text.raw, index, ctypes.byref(box))
    return box.left, box.bottom, box.right, box.top


def _without_running_heads(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without first and last lines that many of them share but for a number."""
    ends = [{own[i].pattern for i in (0, -1)} for own in pages if own]
    often = max(REPEATED_ON, len(ends) / 2)
    running = {pattern for pattern, count in Counter(p for one in ends for p in one).items() if count >= often}
    return [
        [line for i, line in enumerate(own) if i not in {0, len(own) - 1} or line.pattern not in running]
        for own in pages
    ]
