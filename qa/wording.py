"""How alike two wordings are, compared as the official script of SQuAD does (Rajpurkar et al. 2016)."""

import re
import string
from collections import Counter

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> list[str]:
    """The words in lower case, without ASCII punctuation and English articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact(one: str, other: str) -> bool:
    """Whether both are the same words."""
    return normalised(one) == normalised(other)


def f1(one: str, other: str) -> float:
    """The harmonic mean of the shares of words that each has in common with the other; 1 where neither has any."""
    left, right = Counter(normalised(one)), Counter(normalised(other))
    if not left or not right:
        return float(left == right)
    return 2 * (left & right).total() / (left.total() + right.total())
