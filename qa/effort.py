"""How much is read for a question, and how that went."""

from dataclasses import dataclass

MOST_PASSAGES = 10
"""The best passages, whose sentences are compared with each other; no more than these are ever read."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much may be read: passages at most, and milliseconds after which no further one is begun."""

    passages: int = 6
    budget_ms: float = 250.0


DEFAULT = Effort()


@dataclass(frozen=True, slots=True)
class Read:
    """How reading went: by which reader, how many passages, and whether time was enough for all that were chosen.

    ``calibrated`` is whether the confidence model knows the reader; ``share`` is the reader's of a passage's score.
    """

    reader: str
    passages: int
    complete: bool
    calibrated: bool
    share: float
