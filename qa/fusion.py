"""One score from several: weighted sums of signals, none of which depends on what else was found.

Five signals of a passage have equal shares: of all weights in steps of .1 whose nDCG@10 on squadshifts-reddit
is within .005 of the best, these are the most even. benchmarks/quality says what each signal gains elsewhere.
"""

from dataclasses import dataclass

from index.passages import Candidate


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

    ``within`` is how far behind the first passage's score another may be to be read.
    """

    passage: float = 0.2
    sentence: float = 0.4
    within: float = 0.1


PASSAGE = PassageWeights()
SENTENCE = SentenceWeights()
READING = ReadingWeights()


def passage_score(candidate: Candidate, weights: PassageWeights = PASSAGE) -> float:
    """The passage's score, at most 1."""
    best = best_sentence(candidate, weights)
    return (
        weights.passage_cosine * candidate.passage_cosine
        + weights.lexical * candidate.match.lexical
        + weights.phrase * candidate.match.phrase
        + _support(candidate, best, weights)
    )


def best_sentence(candidate: Candidate, weights: PassageWeights = PASSAGE) -> int:
    """The number of the sentence that supports its passage most, the first of equal ones."""
    return max(range(len(candidate.sentence_cosines)), key=lambda i: (_support(candidate, i, weights), -i))


def sentence_gains(
    candidate: Candidate, hinted: tuple[bool, ...], weights: SentenceWeights = SENTENCE
) -> list[float]:
    """What each sentence adds to its passage's score; ``hinted`` says which hold what the question asks for."""
    rows = zip(
        candidate.sentence_cosines,
        candidate.match.coverage,
        candidate.match.sentence_phrase,
        hinted,
        strict=True,
    )
    return [
        weights.cosine * cosine + weights.coverage * coverage + weights.phrase * phrase + weights.hint * held
        for cosine, coverage, phrase, held in rows
    ]


def _support(candidate: Candidate, sentence: int, weights: PassageWeights) -> float:
    """What a sentence adds to its passage's score, if it is the one that counts."""
    cosine, coverage = candidate.sentence_cosines[sentence], candidate.match.coverage[sentence]
    return weights.sentence_cosine * cosine + weights.sentence_coverage * coverage
