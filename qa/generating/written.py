"""What a language model's answer is made of."""

from dataclasses import dataclass
from typing import Literal

from qa.answers import Citation


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a language model."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as a model wrote it, without its marks; ``numbers`` are those of the passages that they name.

    ``words`` is what is checked of it: no bullet before it, no signs of emphasis in it.
    """

    text: str
    words: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A claim, and what the check found: ``citations`` are the sentences that hold it, none where none does.

    ``why`` says what is wrong with an unsupported sentence, or which passage that a supported one names does not
    hold it; None where nothing is wrong.
    """

    text: str
    numbers: tuple[int, ...]
    citations: tuple[Citation, ...]
    why: str | None

    @property
    def supported(self) -> bool:
        """Whether a sentence that it cites holds it."""
        return bool(self.citations)
