"""A document as a row of its table, and back."""

import json
from dataclasses import replace
from typing import Any

from index.database import sound
from index.documents import Document, Page, Summary
from index.metadata import Metadata
from index.spans import Span

_COLUMNS = ("id", "title", "source", "text", "sha256", "context", "media_type", "original_sha256", "url")
ROW = f"{', '.join(_COLUMNS)}, length, pages, metadata"
DOCUMENT = f"pages, metadata, {', '.join(_COLUMNS)}"
SUMMARY = """
SELECT metadata, id, title, source, sha256, length,
       (SELECT count(*) FROM passages WHERE document_id = documents.id), position,
       media_type, original_sha256
FROM documents
"""


def row_of(document: Document) -> list[str | int | None]:
    """The values of ``ROW``."""
    pages = [(page.number, page.label, page.span.start, page.span.end) for page in document.pages]
    values = [getattr(document, column) for column in _COLUMNS]
    return [*values, len(document.text), json.dumps(pages), document.metadata.record]


def document_of(pages: str, metadata: str, *columns: Any) -> Document:
    """The document of a row of ``DOCUMENT``; raises DamagedStore where it can be of none."""
    with sound(f"document {columns[0]}"):
        spans = tuple(Page(number, label, Span(start, end)) for number, label, start, end in json.loads(pages))
        return replace(Document(*columns), pages=spans, metadata=Metadata.restored(metadata))


def summary_of(metadata: str, *columns: Any) -> Summary:
    """The summary of a row of ``SUMMARY``; raises as ``document_of`` does."""
    with sound(f"document {columns[0]}"):
        return replace(Summary(*columns), metadata=Metadata.restored(metadata))
