"""The bodies of questions in version 1 of the HTTP interface."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from api.bodies.filters import MetadataFilter, conditions
from index.filters import Scope
from qa.questions import MAX_CHARACTERS

DOCUMENT_ID = r"^[0-9a-f]{16}$"
MAX_TOP_K = 50
MAX_QUESTIONS = 64
DocumentId = Annotated[
    str, StringConstraints(pattern=DOCUMENT_ID), Field(description="A document's id: 16 hexadecimal digits.")
]

QUESTION: JsonDict = {
    "minLength": 1,
    "maxLength": MAX_CHARACTERS,
    "pattern": r"^{0}*[^\s\x00-\x1f\x7f-\x9f]{0}*$".format(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
}
"""What is described of a question; ``qa.questions`` checks it, whose errors say more."""
Question = Annotated[
    str,
    Field(
        description=f"1 to {MAX_CHARACTERS:,} characters of plain text: a question, or a statement whose sources "
        "are sought.",
        json_schema_extra=QUESTION,
    ),
]
EXAMPLE = ConfigDict(json_schema_extra={"examples": [{"question": "who took responsibility?"}]})


class Body(BaseModel):
    """A body that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Looking(Body):
    """Where to look, and how much to show of it."""

    top_k: int = Field(5, ge=1, le=MAX_TOP_K, strict=True, description="How many passages to return.")
    document_ids: list[DocumentId] | None = Field(
        None, min_length=1, max_length=1000, description="Search only these documents."
    )
    metadata: MetadataFilter | None = None
    explain: bool = Field(False, strict=True, description="Say for each passage what its score is made of.")

    def scope(self) -> Scope:
        """Where to look."""
        documents = None if self.document_ids is None else tuple(self.document_ids)
        return Scope(documents, conditions(self.metadata or {}))


class SearchRequest(Looking):
    """What to look for."""

    question: Question

    model_config = EXAMPLE


class Answering(Looking):
    """How to answer."""

    min_confidence: float | None = Field(
        None, ge=0, le=1, description="Answer only from this confidence on; the service's setting by default."
    )
    read: bool = Field(
        True,
        strict=True,
        description="Let the reader read the nearest passages and choose the sentence; false is faster.",
    )


class AskRequest(Answering):
    """A question."""

    question: Question
    generate: bool = Field(
        False,
        strict=True,
        description="Add an answer in a language model's words, each sentence checked: answer.generated.",
    )

    model_config = EXAMPLE


class AskManyRequest(Answering):
    """Several questions, answered from one state of the library."""

    questions: list[Question] = Field(min_length=1, max_length=MAX_QUESTIONS)

    def one(self, question: str) -> AskRequest:
        """The same of one question."""
        return AskRequest.model_construct(
            question=question, **{name: getattr(self, name) for name in Answering.model_fields}
        )


def _one_or_many(given: object) -> AskRequest | AskManyRequest:
    """What is asked for by the name of its field, so that a mistake is told of that alone."""
    if not isinstance(given, dict):
        return AskRequest.model_validate(given)
    if ("question" in given) == ("questions" in given):
        raise PydanticCustomError("one_or_many", "Either 'question' or 'questions' is to be there, and not both")
    if "question" in given:
        return AskRequest.model_validate(given)
    if given.get("generate"):
        raise PydanticCustomError("generated_one_by_one", "With 'generate', questions are to be asked one by one")
    return AskManyRequest.model_validate(given)


Asked = Annotated[AskRequest | AskManyRequest, BeforeValidator(_one_or_many)]
