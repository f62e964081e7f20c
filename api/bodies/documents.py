"""The bodies of documents."""

from api.bodies.metadata import Value
from api.bodies.questions import Body, DocumentId
from index.documents import Summary


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


class DocumentsResponse(Body):
    """A page of documents, in the order in which they were added; ``next_cursor`` asks for the next."""

    documents: list[DocumentBody]
    next_cursor: str | None
