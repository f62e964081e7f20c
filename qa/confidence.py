"""How probable it is that the documents answer the question: a few signals, one logistic function."""

import importlib.resources
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

from index.library import Library
from index.terms import terms
from qa.fusion import passage_scores
from qa.retrieval import Retrieved

FITTED_SIZES = (8, 25_000)
"""Passages of the libraries on which the weights were fitted and tried; others count as the nearer end."""

MOST_LOGIT = 10.0
"""Beyond this, a reader is only more certain of the same."""

_NOT_NAMES = frozenset(
    "what which who whom whose when where why how the a an in on of at by for from to is are was were do does did "
    "if after during under i".split()
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from another.

    ``words`` is ln(1 + n) of the question's n terms: by chance alone, less of a long question is matched.
    ``score`` is the best passage's, weighed as a question's, times ``words``: matching much of a long question
    says more.
    ``cosine`` is that of the most similar sentence. ``size`` is ln of the library's passages: the best of many
    is high by chance. ``name_missing`` is 1 where the first sentence and its context lack a name or number of
    the question's, else 0. ``relevance`` is the reader's best, as a logit; None where nothing was read.
    """

    words: float
    score: float
    cosine: float
    size: float
    name_missing: float
    relevance: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic function of the signals, and the probability from which on an answer is given."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, signals: Signals) -> float:
        """The probability in (0, 1)."""
        values = asdict(signals)
        z = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@lru_cache(2)
def fitted(*, read: bool) -> Model:
    """The committed model for questions whose passages Pincite's reader has read, or for the others.

    ``benchmarks/confidence`` fits both.
    """
    record = json.loads(importlib.resources.files("qa").joinpath("confidence.json").read_text(encoding="utf-8"))
    chosen = record["read" if read else "unread"]
    return Model(chosen["intercept"], chosen["weights"], chosen["threshold"])


def model_of(retrieved: Retrieved) -> Model:
    """The model for what was retrieved: it counts a reader's relevances where it was fitted with that reader."""
    return fitted(read=retrieved.read is not None and retrieved.read.calibrated)


def confidence(question: str, retrieved: Retrieved, library: Library) -> float:
    """The probability that the library answers ``question``; 0 where nothing was found."""
    if not retrieved.sentences:
        return 0.0
    return model_of(retrieved).probability(signals(question, retrieved, library))


def signals(question: str, retrieved: Retrieved, library: Library) -> Signals:
    """The signals of a question for which something was found."""
    words, found = math.log(1 + len(retrieved.neighbours.wanted.distinct)), retrieved.neighbours.candidates
    smallest, largest = FITTED_SIZES
    return Signals(
        words=words,
        score=float(passage_scores(found).max()) * words,
        cosine=float(found.sentence_cosines.max()),
        size=math.log(min(max(retrieved.neighbours.passages, smallest), largest)),
        name_missing=float(bool(names(question) - _first_words(retrieved, library))),
        relevance=_relevance(retrieved),
    )


def _relevance(retrieved: Retrieved) -> float | None:
    """The logit of the best relevance, within ``MOST_LOGIT``."""
    read = [sentence.relevance for sentence in retrieved.sentences if sentence.relevance is not None]
    if not read:
        return None
    best = min(max(*read, 1e-9), 1 - 1e-9)
    logit = math.log(best / (1 - best))
    return math.copysign(min(abs(logit), MOST_LOGIT), logit)


def names(question: str) -> set[str]:
    """The terms of the question's proper names and numbers: what has a capital, save at its start, or a digit."""
    found: set[str] = set()
    for i, word in enumerate(re.findall(r"\w+", question)):
        capital = word[0].isupper() and i > 0 and word.lower() not in _NOT_NAMES and not question.isupper()
        if capital or any(character.isdigit() for character in word):
            found.update(terms(word))
    return found


def _first_words(retrieved: Retrieved, library: Library) -> set[str]:
    """The terms of the first sentence and of its document's context."""
    first = retrieved.sentences[0]
    document = library.document(first.candidate.passage.document_id)
    return {*terms(first.span.of(document.text)), *terms(document.context)}
