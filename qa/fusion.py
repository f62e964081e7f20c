"""One score from several: weighted sums of signals, none of which depends on what else was found.

Five signals of a passage have equal shares: of all weights in steps of .1 whose nDCG@10 on squadshifts-reddit
is within .005 of the best, these are the most even. A statement whose sources are sought is no question: its
weights are those that best find the texts from which a sentence was taken (benchmarks/quality/statements.json).
benchmarks/quality says what each signal gains elsewhere.
"""

from dataclasses import dataclass

import numpy as np

from index.matching import Numbers, Weights
from index.passages import Candidates
from qa.hints import states


@dataclass(frozen=True, slots=True)
class PassageWeights:
    """Shares of a passage's score; they add up to 1. The last two count for its best sentence by their sum."""

    passage_cosine: float = 0.2
    lexical: float = 0.2
    phrase: float = 0.2
    sentence_cosine: float = 0.2
    sentence_coverage: float = 0.2


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What a sentence adds to the score of its passage, when sentences of many passages are compared."""

    cosine: float = 0.3
    coverage: float = 0.3
    phrase: float = 0.2
    hint: float = 0.05


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """A reader's share of a passage's and of a sentence's score.

    ``doubt`` is the power to which a passage's relevance counts: one of which the reader is unsure gains little.
    ``within`` is how far behind the first passage's score another may be to be read.
    """

    passage: float = 0.2
    sentence: float = 0.4
    doubt: float = 1.5
    within: float = 0.1


PASSAGE = PassageWeights()
STATEMENT = PassageWeights(passage_cosine=0.1, lexical=0.4, phrase=0.1, sentence_cosine=0.3, sentence_coverage=0.1)
SENTENCE = SentenceWeights()
READING = ReadingWeights()
FOREIGN_READING = ReadingWeights(passage=0)
"""A reader that learnt from questions about prose moves sentences elsewhere too, but no passages."""


def assured(relevance: float | None) -> float:
    """What a reader's relevance in [0, 1] counts for in a passage's score, 0 where it was not read."""
    return float((relevance or 0.0) ** READING.doubt)


def weights_for(question: str) -> PassageWeights:
    """Those of a question, or of a statement."""
    return STATEMENT if states(question) else PASSAGE


def reading_for(question: str, *, prose: bool) -> ReadingWeights:
    """Those of a question about prose, or of whatever else."""
    return READING if prose and not states(question) else FOREIGN_READING


def passage_scores(found: Candidates, weights: PassageWeights = PASSAGE) -> Weights:
    """(n,): each passage's score, at most 1."""
    if not len(found):
        return np.zeros(0)
    support = _support(found, weights)
    scores: Weights = (
        weights.passage_cosine * found.passage_cosines
        + weights.lexical * found.matches.lexical
        + weights.phrase * found.matches.phrase
        + np.maximum.reduceat(support, found.firsts)
    )
    return scores


def supporting(found: Candidates, weights: PassageWeights = PASSAGE) -> Numbers:
    """(n,): which sentence of each passage supports it most, the first of equal ones; counted in the passage."""
    return found.best(_support(found, weights))


def sentence_gains(found: Candidates, weights: SentenceWeights = SENTENCE) -> Weights:
    """(s,): what each sentence adds to its passage's score, before any hint."""
    gains: Weights = (
        weights.cosine * found.sentence_cosines
        + weights.coverage * found.matches.coverage
        + weights.phrase * found.matches.sentence_phrase
    )
    return gains


def _support(found: Candidates, weights: PassageWeights) -> Weights:
    """(s,): what each sentence adds to its passage's score, if it is the one that counts."""
    support: Weights = (
        weights.sentence_cosine * found.sentence_cosines + weights.sentence_coverage * found.matches.coverage
    )
    return support
