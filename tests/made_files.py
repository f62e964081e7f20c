"""Files of every format, made as small as they can be."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx

LINE_POINTS = 14
FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding << /Type /Encoding "
    b"/BaseEncoding /WinAnsiEncoding /Differences [174 /fi 175 /fl] >> >>"
)
"""In it, ``\\xae`` and ``\\xaf`` are the ligatures fi and fl."""


def pdf(
    *pages: Sequence[str],
    columns: Sequence[Sequence[str]] = (),
    extra: bytes = b"",
    title: str = "",
    said: bytes = b"",
) -> bytes:
    """A PDF of printed lines, an empty one for a gap; ``columns`` is one more page with columns side by side.

    ``said`` are further entries of its document information.
    """
    contents = [_printed(lines, left=72) for lines in pages]
    if columns:
        contents.append(b"\n".join(_printed(lines, left=72 + 250 * i) for i, lines in enumerate(columns)))
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids),
        FONT,
        b"<< /Title (%s) %s >>" % (title.encode("latin-1"), said),
    ]
    for i, content in enumerate(contents):
        resources = b"<< /Font << /F1 3 0 R >> >>"
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %s /Contents %d 0 R >>"
        objects += [
            page % (resources, 6 + 2 * i),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    return _numbered(objects, extra)


def _printed(lines: Sequence[str], *, left: int) -> bytes:
    shown = [line.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines]
    return b"BT /F1 11 Tf %d TL %d 720 Td %s ET" % (
        LINE_POINTS,
        left,
        b" T* ".join(b"(%s) Tj" % one for one in shown),
    )


def _numbered(objects: Sequence[bytes], extra: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<< /Size %d /Root 1 0 R /Info 4 0 R %s >>" % (len(objects) + 1, extra)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + head + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(out)


LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
    b"ab" * 32,
    b"cd" * 32,
)
"""What a PDF's trailer says when it is locked by a password that nobody knows."""


def word(*blocks: str | Sequence[Sequence[str]], title: str = "", author: str = "") -> bytes:
    """A DOCX of paragraphs, ``# headings``, ``- list items`` and tables."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, author
    for block in blocks:
        if not isinstance(block, str):
            table = document.add_table(rows=0, cols=len(block[0]))
            for row in block:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif block.startswith("# "):
            document.add_heading(block[2:])
        else:
            document.add_paragraph(
                block.removeprefix("- "), style="List Bullet" if block.startswith("- ") else None
            )
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def archive(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub(*chapters: tuple[str, str], title: str = "A book", **more: str) -> bytes:
    """An EPUB 3 of chapters, each a name in the contents, empty for none, and XHTML; ``more`` are further parts."""
    ids = range(1, len(chapters) + 1)
    items = "".join(f'<item id="c{i}" href="text/c%20{i}.xhtml" media-type="application/xhtml+xml"/>' for i in ids)
    links = "".join(
        f'<li><a href="text/c%20{i}.xhtml#top">{name}</a></li>'
        for i, (name, _) in enumerate(chapters, start=1)
        if name
    )
    refs = "".join(f'<itemref idref="c{i}"/>' for i in ids)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata><manifest>{items}'
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        f"<spine>{refs}</spine></package>"
    )
    page = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": package,
            "OEBPS/nav.xhtml": f"{page}<body><nav><ol>{links}</ol></nav></body></html>",
            **{
                f"OEBPS/text/c {i}.xhtml": f"{page}<body>{x}</body></html>"
                for i, (_, x) in enumerate(chapters, start=1)
            },
            **{name.replace("__", "/"): content for name, content in more.items()},
        }
    )
