"""How well passages and their sentences match a question's words."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.terms import codes, terms

K1, B = 0.6, 0.6
"""BM25: how soon a repeated term counts no more, and how much a passage's length matters."""

Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 knows of the library: passages, terms in all of them, and how many passages hold each term."""

    passages: int
    terms: int
    holding: Mapping[int, int]

    @property
    def average_length(self) -> float:
        """Terms a passage."""
        return self.terms / self.passages if self.passages else 1.0

    def rarity(self, code: int) -> float:
        """BM25's inverse document frequency, ln(1 + (N - n + .5) / (n + .5)) of N passages, n with the term."""
        holding = self.holding.get(code, 0)
        return math.log(1 + (self.passages - holding + 0.5) / (holding + 0.5))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question's terms: ``sequence`` as asked, ``distinct`` in order of first use, each with its rarity."""

    sequence: tuple[int, ...]
    distinct: tuple[int, ...]
    rarity: tuple[float, ...]

    @classmethod
    def of(cls, question: str, statistics: Statistics) -> "Wanted":
        """The terms of ``question``, weighed by the library's ``statistics``."""
        sequence = codes(terms(question))
        distinct = tuple(dict.fromkeys(sequence))
        return cls(tuple(sequence), distinct, tuple(statistics.rarity(code) for code in distinct))

    @property
    def mass(self) -> float:
        """The rarity of all terms together: what a text that holds them all can score."""
        return sum(self.rarity)


@dataclass(frozen=True, slots=True)
class Termed:
    """A passage as terms: its context's, then each sentence's; ``lengths`` counts them in that order."""

    codes: Codes
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Shares in [0, 1] of what the question's words can give, for a passage and for each of its sentences.

    ``lexical`` is BM25 by its attainable maximum. ``coverage`` is the rarity of the question's terms that
    stand in the sentence or in the passage's context. ``phrase`` is that of neighbouring terms of the question
    which are neighbours in the passage too, a pair weighing the mean of both; ``sentence_phrase`` that of the
    pairs inside the sentence.
    """

    lexical: float
    phrase: float
    coverage: tuple[float, ...]
    sentence_phrase: tuple[float, ...]


def bm25(found: Match, wanted: Wanted) -> float:
    """The passage's BM25 score as the literature writes it, not as a share."""
    return found.lexical * wanted.mass * (K1 + 1)


def match(wanted: Wanted, passages: Sequence[Termed], average_length: float) -> list[Match]:
    """Match every passage, in one pass over the terms of all; ``average_length`` is the library's."""
    if not wanted.distinct or not passages:
        return [_nothing(passage) for passage in passages]
    hits = _Hits.of(wanted, passages)
    rarity = np.array(wanted.rarity)
    lexical = _bm25(hits, rarity, np.array([len(p.codes) for p in passages]) / average_length) / wanted.mass
    coverage = _coverage(hits, rarity) / wanted.mass
    phrase, inside = (weight / wanted.mass for weight in _phrases(hits, wanted))
    matches = []
    for number, passage in enumerate(passages):
        sentences = slice(hits.first_part[number] + 1, hits.first_part[number] + len(passage.lengths))
        own = (tuple(coverage[sentences].tolist()), tuple(inside[sentences].tolist()))
        matches.append(Match(float(lexical[number]), float(phrase[number]), *own))
    return matches


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where the question's terms stand in all passages' terms, laid end to end; a part is a context or sentence.

    ``place``, ``term`` (its number among the distinct ones), ``part`` and ``passage`` are (hits,) arrays;
    ``owner`` is each part's passage, ``first_part`` each passage's context.
    """

    place: Numbers
    term: Numbers
    part: Numbers
    passage: Numbers
    owner: Numbers
    first_part: Numbers

    @classmethod
    def of(cls, wanted: Wanted, passages: Sequence[Termed]) -> "_Hits":
        stream = np.concatenate([passage.codes for passage in passages])
        lengths = np.array([length for passage in passages for length in passage.lengths])
        parts = np.array([len(passage.lengths) for passage in passages])
        sought = np.array(wanted.distinct, dtype=np.uint32)
        order = np.argsort(sought)
        nearest = order[np.minimum(np.searchsorted(sought, stream, sorter=order), len(sought) - 1)]
        place = np.flatnonzero(sought[nearest] == stream)
        owner = np.repeat(np.arange(len(passages)), parts)
        part = np.repeat(np.arange(len(lengths)), lengths)[place]
        return cls(place, nearest[place], part, owner[part], owner, np.cumsum(parts) - parts)


def _bm25(hits: _Hits, rarity: Weights, lengths: Weights) -> Weights:
    """BM25 of each passage without the factor k1 + 1; ``lengths`` are in multiples of the average."""
    counts = np.zeros((len(lengths), len(rarity)))
    np.add.at(counts, (hits.passage, hits.term), 1)
    damping = K1 * (1 - B + B * lengths)
    return _weighed(counts / (counts + damping[:, np.newaxis]), rarity)


def _coverage(hits: _Hits, rarity: Weights) -> Weights:
    """For each part, the rarity of the terms in it or in its passage's context."""
    held = np.zeros((len(hits.owner), len(rarity)), dtype=bool)
    held[hits.part, hits.term] = True
    held |= held[hits.first_part[hits.owner]]
    return _weighed(held, rarity)


def _phrases(hits: _Hits, wanted: Wanted) -> tuple[Weights, Weights]:
    """The weight of the question's pairs of neighbours in each passage, and inside each part."""
    number = {code: i for i, code in enumerate(wanted.distinct)}
    pairs = list(dict.fromkeys(itertools.pairwise(number[code] for code in wanted.sequence)))
    sizes = (len(hits.first_part), len(hits.owner))
    if not pairs or len(hits.place) < 2:
        return np.zeros(sizes[0]), np.zeros(sizes[1])
    lookup = np.full((len(number), len(number)), -1)
    for i, pair in enumerate(pairs):
        lookup[pair] = i
    weights = np.array([(wanted.rarity[a] + wanted.rarity[b]) / 2 for a, b in pairs])
    found = lookup[hits.term[:-1], hits.term[1:]]
    adjacent = (np.diff(hits.place) == 1) & (hits.passage[1:] == hits.passage[:-1]) & (found >= 0)
    inside = adjacent & (hits.part[1:] == hits.part[:-1])
    in_passage = np.zeros((sizes[0], len(pairs)), dtype=bool)
    in_passage[hits.passage[:-1][adjacent], found[adjacent]] = True
    in_part = np.zeros((sizes[1], len(pairs)), dtype=bool)
    in_part[hits.part[:-1][inside], found[inside]] = True
    return _weighed(in_passage, weights), _weighed(in_part, weights)


def _weighed(rows: npt.NDArray[Any], weights: Weights) -> Weights:
    """Each row's weighted sum, added in the row's own order: a matrix product's last bits depend on the others."""
    sums: Weights = (rows * weights).sum(axis=1)
    return sums


def _nothing(passage: Termed) -> Match:
    zeros = (0.0,) * (len(passage.lengths) - 1)
    return Match(0.0, 0.0, zeros, zeros)
