"""What can become of a citation."""

from dataclasses import dataclass
from enum import StrEnum

from qa.answers import Citation

LISTED = 20
"""Places that an ambiguous verdict lists."""


class Outcome(StrEnum):
    """What became of a citation."""

    VERIFIED = "verified"
    MOVED = "moved"
    GONE = "gone"


class How(StrEnum):
    """How the new place was found: its words alone, with the text around them, or by words that are like them."""

    QUOTE = "quote"
    CONTEXT = "quote_and_context"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a citation, and the one to use now.

    ``citation`` is None where the words are gone, and where they stand in several ``places`` among which the text
    around them does not choose; those are listed best first, at most ``LISTED``. ``similarity`` is the likeness of
    the place's words to the cited ones, 1 where they are the same.
    """

    outcome: Outcome
    citation: Citation | None = None
    how: How | None = None
    similarity: float | None = None
    places: tuple[Citation, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether the words stand in several places and nothing chooses among them."""
        return bool(self.places)
