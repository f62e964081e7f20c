"""The bodies of a citation's verification: a kept citation in, its verdict out."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.bodies.citations import CitationBody
from index.errors import PinciteError
from index.spans import Span
from qa.answers import Citation
from qa.verdicts import Verdict

MAX_QUOTE = 20_000
"""Code points of a quotation that is verified."""


class NoCitation(PinciteError):
    """What was read is no citation, nor an answer that holds one."""


def _storable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"character {error.start} is a lone surrogate (U+{ord(text[error.start]):04X})") from None
    return text


Text = Annotated[str, AfterValidator(_storable)]


class Kept(BaseModel):
    """A part of something that was kept: what this version does not know in it is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class KeptSelector(Kept):
    """A W3C selector; a ``TextQuoteSelector`` says what stands around the quotation."""

    type: Annotated[Text, Field(max_length=100)]
    prefix: Annotated[Text, Field(max_length=1000)] = ""
    suffix: Annotated[Text, Field(max_length=1000)] = ""


class KeptCitation(Kept):
    """A citation as an answer gave it; only its document, its words and their place are needed."""

    document_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    document_title: Annotated[Text, Field(max_length=1000)] = ""
    document_sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    cited_text: Annotated[Text, Field(min_length=1, max_length=MAX_QUOTE)]
    start_char_index: int = Field(ge=0, strict=True)
    end_char_index: int = Field(ge=1, strict=True)
    selectors: list[KeptSelector] = Field([], max_length=10)

    @model_validator(mode="after")
    def _in_order(self) -> "KeptCitation":
        if self.start_char_index >= self.end_char_index:
            raise ValueError("start_char_index must be below end_char_index")
        return self

    def citation(self) -> Citation:
        """The citation, not checked."""
        quote = next((one for one in self.selectors if one.type == "TextQuoteSelector"), None)
        return Citation(
            document_id=self.document_id,
            document_title=self.document_title,
            document_sha256=self.document_sha256,
            span=Span(self.start_char_index, self.end_char_index),
            cited_text=self.cited_text,
            prefix=quote.prefix if quote else "",
            suffix=quote.suffix if quote else "",
            url=None,
            page=None,
        )


class VerifyResponse(BaseModel):
    """What became of a citation.

    ``citation`` is the one to use now; null where its words are gone, and where they stand in several ``places``
    among which the text around them does not choose.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Literal["verified", "moved", "gone"]
    how: Literal["quote", "quote_and_context", "fuzzy"] | None = Field(
        description="How a moved citation was found: the same words; those with the text around them, which chose "
        "one of several places; or words that are like them."
    )
    similarity: float | None = Field(
        description="Likeness of the words found to those cited: 1 for the same ones, at least 0.75 otherwise."
    )
    citation: CitationBody | None
    ambiguous: bool
    places: list[CitationBody] = Field(description="Where it is ambiguous: up to 20 places, likeliest first.")

    @classmethod
    def of(cls, verdict: Verdict) -> "VerifyResponse":
        """The body of a verdict."""
        return cls(
            verdict=verdict.outcome.value,
            how=verdict.how.value if verdict.how else None,
            similarity=None if verdict.similarity is None else round(verdict.similarity, 4),
            citation=CitationBody.of(verdict.citation) if verdict.citation else None,
            ambiguous=verdict.ambiguous,
            places=[CitationBody.of(place) for place in verdict.places],
        )


def kept_citation(raw: bytes) -> KeptCitation:
    """The citation in JSON: itself, or that of an answer or of a whole response of ``ask``.

    Raises:
        NoCitation: there is none; it says what is wrong.
    """
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise NoCitation(
            "what was read is not JSON", remedy="give a citation, or what 'ask --json' prints"
        ) from None
    if isinstance(found, dict) and "answer" in found and found["answer"] is None:
        raise NoCitation("the documents did not answer, so nothing is cited", remedy="ask something else")
    for part in ("answer", "citation"):
        found = found[part] if isinstance(found, dict) and part in found else found
    try:
        return KeptCitation.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NoCitation(
            f"what was read is no citation ({f'{where}: ' if where else ''}{first['msg']})",
            remedy="give a citation, or what 'ask --json' prints",
        ) from None
