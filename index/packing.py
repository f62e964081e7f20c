"""Paragraphs packed into passages."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.boundaries import spaced
from index.spans import Span

MERGE_BELOW_TOKENS = 48
"""A paragraph shorter than this (a heading, a list item) shares a passage with what follows it."""
EVEN_PARTS = 4
"""A paragraph that needs more parts than this is cut where its own words say, not into even parts."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A text's sentences, and in ``behind`` the tokens before each of them and before the end."""

    text: str
    sentences: Sequence[Span]
    behind: Sequence[int]
    max_tokens: int

    @classmethod
    def of(cls, text: str, sentences: Sequence[Span], counts: Sequence[int], max_tokens: int) -> "Measured":
        """Sentences of that many tokens each."""
        return cls(text, sentences, [0, *itertools.accumulate(counts)], max_tokens)

    @property
    def short(self) -> int:
        """Below how many tokens a paragraph shares a passage: the model may take in few."""
        return min(MERGE_BELOW_TOKENS, self.max_tokens // 3)

    @property
    def spacing(self) -> int:
        """The least tokens that short paragraphs are put together to; twice that as a rule."""
        return self.short * 3 // 4

    def tokens(self, run: range) -> int:
        """Tokens in a run of sentences."""
        return self.behind[run.stop] - self.behind[run.start]

    def fits(self, *runs: range) -> bool:
        """Whether neighbouring runs of sentences can be one passage."""
        return sum(map(self.tokens, runs)) <= self.max_tokens

    def spaced(self, runs: Sequence[range], spacing: int) -> list[range]:
        """Neighbouring runs put together so that an edit moves few cuts; the first and last may be small."""
        texts = [self.text[self.sentences[run[0]].start : self.sentences[run[-1]].end] for run in runs]
        sizes = [self.tokens(run) for run in runs]
        return [
            _one(runs[part[0]], runs[part[-1]])
            for part in spaced(texts, sizes, spacing=spacing, limit=self.max_tokens)
        ]


def packed(paragraphs: Sequence[range], measured: Measured) -> list[range]:
    """Paragraphs, each a run of sentences, as passages: long ones cut to the limit, short ones put together.

    An edit of a paragraph that fits the limit changes three passages as a rule, and no more.
    """
    blocks: list[range] = []
    short: list[range] = []
    for part in (part for paragraph in paragraphs for part in _parts(paragraph, measured)):
        if measured.tokens(part) < measured.short:
            short.append(part)
        else:
            blocks += _led(short, part, measured)
            short = []
    rest = _evened(measured.spaced(short, measured.spacing), measured.spacing, measured)
    few = len(rest) == 1 and measured.tokens(rest[0]) < measured.short
    if blocks and few and measured.fits(blocks[-1], rest[0]):
        return [*blocks[:-1], _one(blocks[-1], rest[0])]
    return blocks + rest


def _led(short: Sequence[range], part: range, measured: Measured) -> list[range]:
    """The passages of short paragraphs and the longer one behind them, which takes in those that lead to it."""
    blocks = measured.spaced(short, measured.spacing)
    if blocks and measured.tokens(blocks[-1]) < measured.short and measured.fits(blocks[-1], part):
        part = _one(blocks.pop(), part)
        if len(blocks) == 1 and measured.tokens(blocks[0]) < measured.spacing and measured.fits(blocks[0], part):
            part = _one(blocks.pop(), part)
    elif blocks and measured.tokens(short[-1]) <= measured.short // 3 and measured.fits(short[-1], part):
        before = range(blocks[-1].start, short[-1].start)  # a heading leaves the others
        if measured.tokens(before) >= measured.spacing:
            blocks[-1], part = before, _one(short[-1], part)
    return [*_evened(blocks, measured.spacing, measured), part]


def _evened(blocks: Sequence[range], least: int, measured: Measured) -> list[range]:
    """``blocks``, a small first one joined to the next, and a small last one to the one before."""
    evened = list(blocks)
    if len(evened) > 1 and measured.tokens(evened[0]) < least and measured.fits(*evened[:2]):
        evened[:2] = [_one(*evened[:2])]
    if len(evened) > 1 and measured.tokens(evened[-1]) < least and measured.fits(*evened[-2:]):
        evened[-2:] = [_one(*evened[-2:])]
    return evened


def _one(first: range, last: range) -> range:
    return range(first.start, last.stop)


def _parts(paragraph: range, measured: Measured) -> Iterator[range]:
    """A paragraph, or parts of it that fit."""
    if measured.tokens(paragraph) <= EVEN_PARTS * measured.max_tokens:
        yield from _even_parts(paragraph, measured)
    else:
        least = measured.max_tokens // 2
        yield from _evened(measured.spaced([range(i, i + 1) for i in paragraph], least), least, measured)


def _even_parts(paragraph: range, measured: Measured) -> Iterator[range]:
    """A paragraph cut between sentences into as few parts as fit, of about the same number of tokens."""
    total = measured.tokens(paragraph)
    even = total / -(-total // measured.max_tokens) if total else measured.max_tokens
    begin, held = paragraph.start, 0
    for i in paragraph:
        count = measured.tokens(range(i, i + 1))
        if held and (held + count > measured.max_tokens or held + count / 2 > even):
            yield range(begin, i)
            begin, held = i, 0
        held += count
    yield range(begin, paragraph.stop)
