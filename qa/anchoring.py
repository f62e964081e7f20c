"""Where a citation's words stand now, and which of several places it meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Document
from index.spans import Span
from qa.answers import Citation
from qa.likeness import likeness

CONTEXT_ENOUGH = 0.5
"""Likeness of the text around a place, at least, for the context to choose it."""
CONTEXT_AHEAD = 0.1
"""By how much that likeness must lead the next place's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that the citation may mean now; ``similarity`` is its words' likeness to the cited ones."""

    document: Document
    span: Span
    similarity: float = 1.0


def verbatim(words: str, document: Document) -> Iterator[Place]:
    """Every place of ``document`` where ``words`` stand, in order; they may overlap."""
    start = document.text.find(words)
    while start >= 0:
        yield Place(document, Span(start, start + len(words)))
        start = document.text.find(words, start + 1)


def ranked(places: Sequence[Place], citation: Citation) -> list[tuple[float, Place]]:
    """``places`` by the likeness of what stands around them to the citation's context, best first.

    Equal ones keep their order.
    """
    contexts = ((context(place, citation), place) for place in places)
    return sorted(contexts, key=lambda one: -one[0])


def decided(contexts: Sequence[float]) -> bool:
    """Whether the first of these likenesses, in descending order, is enough to choose its place."""
    best, second = contexts[0], (contexts[1] if len(contexts) > 1 else 0.0)
    return best >= CONTEXT_ENOUGH and best - second >= CONTEXT_AHEAD


def context(place: Place, citation: Citation) -> float:
    """How like the text around ``place`` is to the citation's prefix and suffix, in [0, 1]; 0 where it has none."""
    text, span = place.document.text, place.span
    prefix, suffix = citation.prefix, citation.suffix
    before = text[max(0, span.start - len(prefix)) : span.start]
    after = text[span.end : span.end + len(suffix)]
    length = len(prefix) + len(suffix)
    if not length:
        return 0.0
    return (likeness(prefix, before) * len(prefix) + likeness(suffix, after) * len(suffix)) / length
