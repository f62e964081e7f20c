"""The bodies of documents."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import ConfigDict, Field, Json, StringConstraints

from api.bodies.metadata import Metadata, Value
from api.bodies.questions import Body, DocumentId
from index.documents import Summary

Line = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00-\x1f]+$", max_length=4000)]


class DocumentFields(Body):
    """What a client may say of a document."""

    title: Line | None = Field(None, description="What citations call it; taken from the document by default.")
    source: Line | None = Field(None, description="Where it comes from; a file's name by default.")
    url: Address | None = Field(None, description="Its address on the web, which citations carry.")


class FormFields(DocumentFields):
    """What a client may say of a file, beside it in a form."""

    metadata: Json[Metadata] | None = Field(None, description="What questions can be restricted by, as JSON.")


class NewDocument(DocumentFields):
    """A text to be added."""

    metadata: Metadata | None = Field(None, description="What questions can be restricted by.")
    text: str = Field(
        description="The text as it will be stored, shown and cited; it has a visible character.",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "The ferry to Skerry leaves at noon.",
                    "title": "Timetable",
                    "metadata": {"valid": "2024-05"},
                }
            ]
        }
    )


class DocumentBody(Body):
    """A document without its text; ``length`` is in code points, ``original_sha256`` null if it was not kept."""

    id: DocumentId
    title: str
    source: str
    sha256: str
    length: int
    passages: int
    media_type: str
    original_sha256: str | None
    metadata: dict[str, Value]

    @classmethod
    def of(cls, summary: Summary) -> "DocumentBody":
        """The body of a stored document."""
        return cls(
            id=summary.id,
            title=summary.title,
            source=summary.source,
            sha256=summary.sha256,
            length=summary.length,
            passages=summary.passages,
            media_type=summary.media_type,
            original_sha256=summary.original_sha256,
            metadata=summary.metadata.mapping(),
        )


class DocumentResponse(DocumentBody):
    """A document that was sent; ``also`` are those behind it where a file holds several, as JSONL does.

    ``notes`` say how it was read: an encoding that had to be told, pages without text.
    """

    also: list[DocumentBody]
    notes: list[str]


class ProgressBody(Body):
    """How far an addition is: ``done`` of ``total`` documents."""

    stage: str
    done: int
    total: int


class DocumentsResponse(Body):
    """A page of documents, in the order in which they were added; ``next_cursor`` asks for the next."""

    documents: list[DocumentBody]
    next_cursor: str | None

    @classmethod
    def page(cls, found: Sequence[Summary], *, limit: int) -> "DocumentsResponse":
        """The first ``limit`` of ``found``, of which there is one more where another page follows."""
        shown = found[:limit]
        return cls(
            documents=[DocumentBody.of(summary) for summary in shown],
            next_cursor=str(shown[-1].position) if len(found) > limit else None,
        )
