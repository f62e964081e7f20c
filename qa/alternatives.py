"""Further sentences that answer with another number: where the documents disagree, they are all shown.

Only "how many" and "how much" are decided; the rule is made to be right rather than complete.
"""

import re
from collections.abc import Sequence

from index.terms import terms
from qa.confidence import names
from qa.quantities import Quantity, quantities
from qa.retrieval import RankedSentence

WITHIN = 0.45
"""How far below the first sentence's score an alternative may be."""
COSINE_SHARE = 0.85
"""Its cosine must be at least this share of the first sentence's."""
MOST = 3

_COUNTING = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)


def counting(question: str) -> bool:
    """Whether ``question`` asks for a number, so that it may have alternatives."""
    return _COUNTING.search(question) is not None


def alternatives(question: str, sentences: Sequence[RankedSentence], texts: Sequence[str]) -> list[RankedSentence]:
    """Those of ``sentences`` (best first, with their ``texts``) that give one other number for the same thing.

    A number is for the same thing if nothing follows it, or a word of the question, or what the first
    sentence's number counts. A sentence that lacks a name which the question and the first sentence share
    speaks of something else.
    """
    if not sentences or not counting(question):
        return []
    asked = set(terms(question))
    given = {quantity.value for quantity in quantities(question)}
    said = [quantity for quantity in quantities(texts[0]) if quantity.value not in given]
    meant = [quantity for quantity in said if quantity.counted in asked | {""}] or said[: len(said) == 1]
    if not meant:
        return []
    counted = asked | {quantity.counted for quantity in meant} | {""}
    shared = names(question) & set(terms(texts[0]))
    first = sentences[0]
    found = []
    for sentence, text in zip(sentences[1:], texts[1:], strict=True):
        near = sentence.score >= first.score - WITHIN and sentence.cosine >= COSINE_SHARE * first.cosine
        values = _values(text, counted, given, percent=meant[0].percent)
        if near and len(values) == 1 and not values & _all(said) and shared <= set(terms(text)):
            found.append(sentence)
    return found[:MOST]


def _values(text: str, counted: set[str], given: set[float], *, percent: bool) -> set[float]:
    return {
        quantity.value
        for quantity in quantities(text)
        if quantity.counted in counted and quantity.percent == percent and quantity.value not in given
    }


def _all(said: Sequence[Quantity]) -> set[float]:
    return {quantity.value for quantity in said}
