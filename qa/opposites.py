"""What turns a question into another: a word of denial, or a word's opposite."""

import importlib.resources
import re
from collections import defaultdict
from collections.abc import Mapping, Set
from functools import lru_cache

from index.terms import terms

_DENYING = re.compile(r"\bnot\b|n['’]t\b|\bnever\b|\bwithout\b|\bunable\b|\bfail(s|ed|ing)?\b", re.IGNORECASE)
_DENIED = re.compile(rf"{_DENYING.pattern}|\bno(ne|r)?\b|\bneither\b", re.IGNORECASE)


def denied(question: str, sentence: str) -> bool:
    """Whether the question denies something and the sentence nothing."""
    return _DENYING.search(question) is not None and _DENIED.search(sentence) is None


def opposed(question: Set[str], sentence: Set[str]) -> bool:
    """Whether the sentence has the opposite of a term that only the question has; both are sets of terms."""
    opposites = _opposites()
    return any(
        not opposites[term].isdisjoint(sentence - question) for term in question - sentence & opposites.keys()
    )


@lru_cache(1)
def _opposites() -> Mapping[str, Set[str]]:
    """The opposites of each term that has any, from WordNet's pairs (``benchmarks/opposites.py``)."""
    found: dict[str, set[str]] = defaultdict(set)
    text = importlib.resources.files("qa").joinpath("opposites.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        pair = [terms(word) for word in line.split()] if not line.startswith("#") else []
        if [len(one) for one in pair] == [1, 1]:
            [one], [other] = pair
            found[one].add(other)
            found[other].add(one)
    return dict(found)
