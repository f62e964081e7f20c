"""Whether a passage holds what a claim says of it, and the sentence that does."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

from index.embedding import Vectors
from index.sentences import split
from index.spans import Span
from index.terms import terms
from qa.generating.facts import unfounded, without_names, without_numbers

COSINE = 0.4
"""The least cosine of claim and sentence."""
WORDS = 0.5
"""The least share of the claim's terms, numbers aside, that stand in the sentence."""
OTHER_WORDS = 0.76
"""The least cosine where the claim has a word that the sentence has not: one other verb makes another claim.

The three were chosen on ``tests/claims/chosen_on.jsonl``, a false "supported" weighed as several false
"unsupported".
"""

_SAYING = frozenset("accord add announc claim note report said say state tell told write wrote".split())
"""Terms that introduce a claim and are none."""
_LEANS = re.compile(
    r"[\W_]*(?:(?:but|and|also|then|later)\s+)?(?:they|it|his|her|their|its|this|that|these|those|such)\b"
    r"|.*\b(?:he|she|him)\b",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"\n\s*\n")
Embed = Callable[[str], Vectors]
"""A text's vector: ``(dimension,)`` float32, unit length."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a claim is compared with: a sentence of a passage, or that and the one ``before`` it, on which it leans.

    ``span`` covers both.
    """

    span: Span
    sentence: str
    before: str
    terms: frozenset[str]
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Held:
    """The nearest ground to a claim, and what is against it; ``why`` is None where it holds the claim."""

    span: Span
    why: str | None


def grounds(passage: str, embed: Embed) -> tuple[Ground, ...]:
    """What claims about ``passage`` are compared with, in order; spans are code points into it."""
    sentences = split(passage)
    found = [_ground(passage, sentence, sentence.start, embed) for sentence in sentences]
    for before, span in itertools.pairwise(sentences):
        if _LEANS.match(passage, span.start, span.end) and not _BREAK.search(passage, before.end, span.start):
            found.append(_ground(passage, span, before.start, embed))
    return tuple(sorted(found, key=lambda ground: ground.span))


def held(claim: str, among: tuple[Ground, ...], embed: Embed) -> Held | None:
    """What of ``among`` holds ``claim``, or comes nearest to it; None where there is nothing.

    One of them must hold all of it: a number from one sentence and a name from another make a false claim.
    """
    said = without_numbers(claim)
    wanted, plain = (frozenset(terms(text)) - _SAYING for text in (said, without_names(said)))
    vector = embed(claim)
    judged = []
    for ground in among:
        cosine = float(ground.vector @ vector)
        share = len(wanted & ground.terms) / len(wanted) if wanted else 0.0
        far = share < WORDS or cosine < (COSINE if plain <= ground.terms else OTHER_WORDS)
        missing = unfounded(claim, ground.sentence, before=ground.before)
        judged.append(((len(missing), far, -(cosine + share)), ground, missing))
    if not judged:
        return None
    (_, far, _), ground, missing = min(judged, key=lambda one: (one[0], one[1].span))
    return Held(ground.span, _why(missing, far=far))


def _ground(passage: str, sentence: Span, start: int, embed: Embed) -> Ground:
    text = passage[start : sentence.end]
    before = passage[start : sentence.start]
    return Ground(Span(start, sentence.end), sentence.of(passage), before, frozenset(terms(text)), embed(text))


def _why(missing: tuple[str, ...], *, far: bool) -> str | None:
    if missing:
        return f"no sentence of it holds {' and '.join(missing)}"
    return "no sentence of it says so" if far else None
