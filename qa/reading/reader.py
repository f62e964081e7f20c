"""What a reader does: it takes a question and a passage together, and judges each sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from index.spans import Span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage to read: the context that stands before it, its text, and its sentences as spans of that text."""

    context: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One excerpt, read: for each sentence its relevance, and the few words in it that would be the answer.

    Relevances are probabilities in [0, 1]; ``words`` are spans of the excerpt's text inside their sentence, None
    where the reader marks none. ``answerability`` in [0, 1] is what the excerpt as a whole, and no sentence of its
    own, adds to its relevances; None where the reader does not tell.
    """

    relevances: tuple[float, ...]
    words: tuple[Span | None, ...]
    answerability: float | None = None


class Reader(Protocol):
    """Pincite's own reader and any cross-encoder."""

    @property
    def name(self) -> str:
        """What it is, for people and for the record of an answer."""

    @property
    def calibrated(self) -> bool:
        """Whether ``qa.confidence`` was fitted on its relevances."""

    def read(self, question: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        """A reading for each excerpt, in order, few begun before they are asked for: a caller may stop early."""
