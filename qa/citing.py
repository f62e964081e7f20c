"""Citations: made from a document's text, and checked against it before they leave."""

from index.documents import Document
from index.errors import PinciteError
from index.spans import Span
from qa.answers import Citation

CONTEXT_CHARACTERS = 32
"""Code points of prefix and suffix."""


class MismatchedCitation(PinciteError):
    """A citation's text is not what stands at its place: it is never sent."""


def cite(document: Document, span: Span) -> Citation:
    """The citation of ``span`` of ``document``."""
    return Citation(
        document_id=document.id,
        document_title=document.title,
        document_sha256=document.sha256,
        span=span,
        cited_text=span.of(document.text),
        prefix=document.text[max(0, span.start - CONTEXT_CHARACTERS) : span.start],
        suffix=document.text[span.end : span.end + CONTEXT_CHARACTERS],
        url=document.url,
        page=document.page_at(span.start),
    )


def checked(document: Document, span: Span) -> Citation:
    """The citation of ``span`` of ``document``, checked.

    Raises:
        MismatchedCitation: the text is not what it was when the document was added.
    """
    citation = cite(document, span)
    check(citation, document)
    return citation


def check(citation: Citation, document: Document) -> None:
    """Slice the stored text again and compare.

    Raises:
        MismatchedCitation: the text, the place or the document differs.
    """
    text = document.text[citation.span.start : citation.span.end]
    whole = len(text) == len(citation.span)
    if not whole or text != citation.cited_text or citation.document_sha256 != document.sha256:
        raise MismatchedCitation(
            f"a citation of document {citation.document_id} at {citation.span.start}:{citation.span.end} does "
            "not match its text",
            remedy="report this as a defect of Pincite; the library may be damaged",
        )
