"""What the tools take, and what reading a document gives."""

from pydantic import Field

from api.bodies.questions import MAX_TOP_K, Body, DocumentId
from qa.questions import MAX_CHARACTERS

MOST_READ = 20_000
"""Characters of a document that are read at once: a citation of that length can still be verified."""
MOST_LISTED = 200


class QuestionArguments(Body):
    """A question, and where to look."""

    question: str = Field(
        description="The question in full words, or a statement whose sources are sought, in the language of the "
        f"documents; at most {MAX_CHARACTERS:,} characters."
    )
    top_k: int = Field(5, ge=1, le=MAX_TOP_K, description="How many passages to return.")
    document_ids: list[DocumentId] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Look only in these documents; in all of them by default.",
    )


class ListArguments(Body):
    """Which page of the list."""

    limit: int = Field(50, ge=1, le=MOST_LISTED, description="How many documents to return.")
    cursor: str | None = Field(
        None, pattern=r"^\d{1,18}$", description="The next_cursor of the page before; the first page by default."
    )


class ReadArguments(Body):
    """Which characters of which document."""

    document_id: DocumentId
    start: int = Field(0, ge=0, description="The first character, as in a citation's start_char_index.")
    end: int | None = Field(
        None,
        ge=1,
        description="Behind the last character, as in a citation's end_char_index; by default as far as one call "
        f"goes. At most {MOST_READ:,} characters are returned.",
    )


class RangeBody(Body):
    """Characters ``start`` to ``end`` of a document of ``length`` characters; all three in Unicode code points."""

    document_id: DocumentId
    document_title: str
    document_sha256: str
    start: int
    end: int
    length: int
    text: str
