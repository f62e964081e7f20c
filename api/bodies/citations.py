"""A citation as JSON: the place, its W3C selectors, and a text fragment."""

from typing import Literal
from urllib.parse import quote

from pydantic import Field

from api.bodies.questions import Body, DocumentId
from qa.answers import Citation

WORDS_AT_EACH_END = 5
"""Words of a long quotation that a text fragment names at its start and at its end."""


class QuoteSelector(Body):
    """W3C Web Annotation: the quotation and the text around it."""

    type: Literal["TextQuoteSelector"] = "TextQuoteSelector"
    exact: str
    prefix: str
    suffix: str


class PositionSelector(Body):
    """W3C Web Annotation: the place, in code points."""

    type: Literal["TextPositionSelector"] = "TextPositionSelector"
    start: int
    end: int


class CitationBody(Body):
    """The exact place of a quotation. Offsets are 0-based, end-exclusive, in Unicode code points."""

    type: Literal["char_location"] = "char_location"
    document_id: DocumentId
    document_title: str
    url: str | None
    cited_text: str
    start_char_index: int
    end_char_index: int
    page: int | None = Field(description="Where it begins: a PDF's page, a book's chapter; null without pages.")
    document_sha256: str
    selectors: tuple[QuoteSelector, PositionSelector]
    text_fragment: str = Field(description="Put behind the document's address, it scrolls a browser to the place.")

    @classmethod
    def of(cls, citation: Citation) -> "CitationBody":
        """The body of a citation."""
        span, text = citation.span, citation.cited_text
        return cls(
            document_id=citation.document_id,
            document_title=citation.document_title,
            url=citation.url,
            cited_text=text,
            start_char_index=span.start,
            end_char_index=span.end,
            page=citation.page,
            document_sha256=citation.document_sha256,
            selectors=(
                QuoteSelector(exact=text, prefix=citation.prefix, suffix=citation.suffix),
                PositionSelector(start=span.start, end=span.end),
            ),
            text_fragment=text_fragment(text),
        )


def text_fragment(text: str) -> str:
    """A URL's text fragment for a quotation (WICG "Text Fragments"); a long one by its first and last words."""
    words = text.split()
    if len(words) <= 2 * WORDS_AT_EACH_END:
        return "#:~:text=" + _encoded(words)
    return f"#:~:text={_encoded(words[:WORDS_AT_EACH_END])},{_encoded(words[-WORDS_AT_EACH_END:])}"


def _encoded(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")
