"""How well passages and their sentences match a question's words."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
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
        """Terms a passage; 1 where none has any, for it is divided by."""
        return self.terms / self.passages if self.terms and self.passages else 1.0

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


@dataclass(frozen=True)
class Stream:
    """The terms of ``n`` passages with ``s`` sentences together, laid end to end.

    ``lengths`` (n + s,) counts the ``codes`` of each passage's context, then of each of its sentences; ``sizes``
    (n,) counts each passage's sentences.
    """

    codes: Codes
    lengths: Numbers
    sizes: Numbers

    @cached_property
    def contexts(self) -> Numbers:
        """(n,): where in ``lengths`` each passage's context is; its sentences follow."""
        parts = self.sizes + 1
        return np.cumsum(parts) - parts

    @cached_property
    def sentences(self) -> Numbers:
        """(s,): where in ``lengths`` the sentences are."""
        are = np.ones(len(self.lengths), dtype=bool)
        are[self.contexts] = False
        return np.flatnonzero(are)

    @property
    def prints(self) -> npt.NDArray[np.uint64]:
        """(s,): a number that sentences of the same terms in the same order share; others hardly ever do."""
        ends = np.cumsum(self.lengths)
        places = np.arange(len(self.codes)) - np.repeat(ends - self.lengths, self.lengths)
        behind = np.zeros(len(self.codes) + 1, dtype=np.uint64)
        np.cumsum(self.codes.astype(np.uint64) * (2 * places + 1).astype(np.uint64), out=behind[1:])
        own = self.sentences
        prints: npt.NDArray[np.uint64] = behind[ends[own]] - behind[ends[own] - self.lengths[own]]
        return prints


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


@dataclass(frozen=True, slots=True)
class Matches:
    """The same of ``n`` passages with ``s`` sentences together: arrays (n,), (n,), (s,) and (s,)."""

    lexical: Weights
    phrase: Weights
    coverage: Weights
    sentence_phrase: Weights


def bm25(found: Match, wanted: Wanted) -> float:
    """The passage's BM25 score as the literature writes it, not as a share."""
    return found.lexical * wanted.mass * (K1 + 1)


def match(wanted: Wanted, stream: Stream, average_length: float) -> Matches:
    """Match every passage, in one pass over the terms of all; ``average_length`` is the library's."""
    passages, sentences = len(stream.sizes), len(stream.lengths) - len(stream.sizes)
    if not wanted.distinct or not passages:
        return Matches(*(np.zeros(n) for n in (passages, passages, sentences, sentences)))
    hits = _Hits.of(wanted, stream)
    rarity = np.array(wanted.rarity)
    lengths = np.add.reduceat(stream.lengths, stream.contexts) / average_length
    phrase, inside = _phrases(hits, wanted)
    own = stream.sentences
    found = (_bm25(hits, rarity, lengths), phrase, _coverage(hits, rarity)[own], inside[own])
    return Matches(*(weights / wanted.mass for weights in found))


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
    def of(cls, wanted: Wanted, stream: Stream) -> "_Hits":
        sought = np.array(wanted.distinct, dtype=np.uint32)
        order = np.argsort(sought)
        nearest = order[np.minimum(np.searchsorted(sought, stream.codes, sorter=order), len(sought) - 1)]
        place = np.flatnonzero(sought[nearest] == stream.codes)
        owner = np.repeat(np.arange(len(stream.sizes)), stream.sizes + 1)
        part = np.searchsorted(np.cumsum(stream.lengths), place, side="right")
        return cls(place, nearest[place], part, owner[part], owner, stream.contexts)


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
