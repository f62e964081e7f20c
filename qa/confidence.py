"""How probable it is that the documents answer the question: a few signals, weighed against two reasons why not."""

import importlib.resources
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from index.library import Library
from index.terms import codes, terms
from qa.fusion import passage_scores
from qa.opposites import denied, opposed
from qa.retrieval import Retrieved

FITTED_SIZES = (8, 25_000)
"""Passages of the libraries on which the weights were fitted and tried; others count as the nearer end."""

FEW = 55
"""Passages of a library below which the probability is calibrated with its size."""

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
    ``score`` is the best passage's score, weighed as a question's, times ``words``: matching much of a long
    question says more. ``cosine`` is that of the most similar sentence. ``size`` is ln of the library's passages:
    the best of many is high by chance.

    Of what the question says and the first sentence with its context does not, ``name_missing`` is 1 where that
    is a name or a number, else 0, and ``missing`` the rarity of its rarest term. ``denied`` and ``opposed`` are 1
    where only the question denies, and where the sentence has the opposite of a word of the question's.

    ``relevance`` is the reader's best and ``answerability`` that of the first sentence read, as logits; None
    where nothing was read.
    """

    words: float
    score: float
    cosine: float
    size: float
    name_missing: float
    missing: float
    denied: float
    opposed: float
    relevance: float | None = None
    answerability: float | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """How much the signals speak for an answer, against one reason why there would be none: log odds."""

    intercept: float
    weights: Mapping[str, float]

    def log_odds(self, signals: Signals) -> float:
        """Positive where an answer is the more probable."""
        z = self.intercept + sum(float(getattr(signals, name)) * weight for name, weight in self.weights.items())
        return max(-30.0, min(30.0, z))


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log odds to a probability (Platt scaling): ``slope`` times them and ``offset`` are its logit.

    Where there are fewer than ``FEW`` passages, ``few`` is added for each time that they are e times fewer: what
    deceives was learnt from large libraries, and small ones have less of it.
    """

    slope: float = 1.0
    offset: float = 0.0
    few: float = 0.0

    def probability(self, log_odds: float, signals: Signals) -> float:
        """The probability in (0, 1)."""
        return 1 / (1 + math.exp(-(self.slope * log_odds + self.offset + self.few * fewer(signals))))


def fewer(signals: Signals) -> float:
    """Ln of how many times fewer than ``FEW`` passages there are; 0 where there are more."""
    return max(0.0, math.log(FEW) - signals.size)


@dataclass(frozen=True, slots=True)
class Model:
    """A multinomial logistic function of the signals, and the probability from which on an answer is given.

    Documents answer, or are about other things (``absent``), or about the same and do not say it (``deceiving``).
    The odds against both together are calibrated.
    """

    absent: Against
    deceiving: Against
    calibration: Calibration
    threshold: float

    def log_odds(self, signals: Signals) -> float:
        """The logarithm of the odds for an answer against both, before they are calibrated."""
        return -math.log(sum(math.exp(-one.log_odds(signals)) for one in (self.absent, self.deceiving)))

    def probability(self, signals: Signals) -> float:
        """The probability in (0, 1)."""
        return self.calibration.probability(self.log_odds(signals), signals)


@lru_cache(2)
def fitted(*, read: bool) -> Model:
    """The committed model for questions whose passages Pincite's reader has read, or for the others.

    ``benchmarks/confidence`` fits both.
    """
    record = json.loads(importlib.resources.files("qa").joinpath("confidence.json").read_text(encoding="utf-8"))
    chosen = record["read" if read else "unread"]
    absent, deceiving = Against(**chosen["absent"]), Against(**chosen["deceiving"])
    return Model(absent, deceiving, Calibration(**chosen["calibration"]), float(chosen["threshold"]))


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
    wanted, found = retrieved.neighbours.wanted, retrieved.neighbours.candidates
    words = math.log(1 + len(wanted.distinct))
    smallest, largest = FITTED_SIZES
    sentence, context = _first(retrieved, library)
    asked, said = set(terms(question)), set(terms(sentence))
    held = said | set(terms(context))
    rarity = dict(zip(wanted.distinct, wanted.rarity, strict=True))
    read = [one for one in retrieved.sentences if one.relevance is not None]
    return Signals(
        words=words,
        score=float(passage_scores(found).max()) * words,
        cosine=float(found.sentence_cosines.max()),
        size=math.log(min(max(retrieved.neighbours.passages, smallest), largest)),
        name_missing=float(bool(names(question) - held)),
        missing=max((rarity[code] for code in rarity.keys() - set(codes(list(held)))), default=0.0),
        denied=float(denied(question, sentence)),
        opposed=float(opposed(asked, said)),
        relevance=_logit(max((one.relevance for one in read if one.relevance is not None), default=None)),
        answerability=_logit(read[0].answerability if read else None),
    )


def _logit(probability: float | None) -> float | None:
    """The logit, within ``MOST_LOGIT``; None of None."""
    if probability is None:
        return None
    inner = min(max(probability, 1e-9), 1 - 1e-9)
    return max(-MOST_LOGIT, min(MOST_LOGIT, math.log(inner / (1 - inner))))


def names(question: str) -> set[str]:
    """The terms of the question's proper names and numbers: what has a capital, save at its start, or a digit."""
    found: set[str] = set()
    for i, word in enumerate(re.findall(r"\w+", question)):
        capital = word[0].isupper() and i > 0 and word.lower() not in _NOT_NAMES and not question.isupper()
        if capital or any(character.isdigit() for character in word):
            found.update(terms(word))
    return found


def _first(retrieved: Retrieved, library: Library) -> tuple[str, str]:
    """The first sentence, and its document's context."""
    first = retrieved.sentences[0]
    document = library.document(first.candidate.passage.document_id)
    return first.span.of(document.text), document.context
