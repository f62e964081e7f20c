"""An answer that a language model wrote, as JSON: its sentences, and what the check found of each."""

from typing import Literal

from pydantic import Field

from api.bodies.citations import CitationBody
from api.bodies.questions import Body
from qa.generating.written import WrittenSentence


class WrittenSentenceBody(Body):
    """A sentence that a language model wrote, without its marks.

    It is supported where a sentence of a passage that it cites holds it: the same numbers, names and quotations,
    and enough of its words and meaning. The check compares; it does not understand.
    """

    text: str
    status: Literal["supported", "unsupported"]
    cites: list[int] = Field(description="The passages that it names: 1 is the first of this answer's passages.")
    citations: list[CitationBody] = Field(description="The sentences that hold it; none where it is unsupported.")
    why: str | None = Field(description="What speaks against it; null where nothing does.")

    @classmethod
    def of(cls, sentence: WrittenSentence) -> "WrittenSentenceBody":
        """The body of a written sentence."""
        return cls(
            text=sentence.text,
            status="supported" if sentence.supported else "unsupported",
            cites=list(sentence.numbers),
            citations=[CitationBody.of(citation) for citation in sentence.citations],
            why=sentence.why,
        )


class GeneratedBody(Body):
    """All that a language model wrote, and how it ended.

    ``complete``: the model came to its end. ``cut_off``: it did not, and ``problem`` says why. ``failed``: it wrote
    nothing.
    """

    model: str
    status: Literal["complete", "cut_off", "failed"]
    sentences: list[WrittenSentenceBody]
    problem: str | None
    took_ms: float
