"""The bodies of questions in version 1 of the HTTP interface."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from api.bodies.filters import MetadataFilter, conditions
from index.filters import Scope
from qa.questions import MAX_CHARACTERS

DOCUMENT_ID = r"^[0-9a-f]{16}$"
MAX_TOP_K = 50
DocumentId = Annotated[
    str, StringConstraints(pattern=DOCUMENT_ID), Field(description="A document's id: 16 hexadecimal digits.")
]

QUESTION: JsonDict = {
    "minLength": 1,
    "maxLength": MAX_CHARACTERS,
    "pattern": r"^{0}*[^\s\x00-\x1f\x7f-\x9f]{0}*$".format(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
}
"""What is described of a question; ``qa.questions`` checks it, whose errors say more."""


class Body(BaseModel):
    """A body that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchRequest(Body):
    """What to look for."""

    question: str = Field(
        description=f"1 to {MAX_CHARACTERS:,} characters of plain text.", json_schema_extra=QUESTION
    )
    top_k: int = Field(5, ge=1, le=MAX_TOP_K, strict=True, description="How many passages to return.")
    document_ids: list[DocumentId] | None = Field(
        None, min_length=1, max_length=1000, description="Search only these documents."
    )
    metadata: MetadataFilter | None = None
    explain: bool = Field(False, strict=True, description="Say for each passage what its score is made of.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "who took responsibility?"}]})

    def scope(self) -> Scope:
        """Where to look."""
        documents = None if self.document_ids is None else tuple(self.document_ids)
        return Scope(documents, conditions(self.metadata or {}))


class AskRequest(SearchRequest):
    """A question."""

    min_confidence: float | None = Field(
        None, ge=0, le=1, description="Answer only from this confidence on; the service's setting by default."
    )
    read: bool = Field(
        True,
        strict=True,
        description="Let the reader read the nearest passages and choose the sentence; false is faster.",
    )
    generate: bool = Field(
        False,
        strict=True,
        description="Add an answer in a language model's words, each sentence checked: answer.generated.",
    )
