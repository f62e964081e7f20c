"""The order in which examples are read, and the tensors they become."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from benchmarks.reader.examples import Example, Text
from benchmarks.reader.unanswerable import Altering, without_answer
from index.spans import Span
from qa.reading.pairing import Pair, Pairing

READ = 3
"""Passages of a visit to an answerable question; one less where nothing answers."""
REPEATED = {"squad2-dev": 2}
"""How often an epoch visits a collection's examples, where not once: it is small, and alone asks to deceive."""
ALTERED = 0.2
"""Share of answerable visits that are followed by one to the altered question."""
WITHHELD = 0.2
"""Share of answerable visits where one of the passages is the answering one without its answer."""
SEQUENCES = 24
"""Pairs that are read at once."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A question's number in its batch, a pair, and the labels of the pair's tokens.

    ``gold`` are the numbers of the sentences that answer; ``starts`` and ``ends`` the answers' outer tokens.
    """

    question: int
    pair: Pair
    gold: frozenset[int]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


Batch = list[Visit]


def epoch(examples: Sequence[Example], pairing: Pairing, seed: int) -> Iterator[Batch]:
    """Every example at least once, in batches of about ``SEQUENCES`` pairs; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    altering = Altering(examples)
    visited = [e for e in examples for _ in range(REPEATED.get(e.collection, 1)) if e.passages]
    rng.shuffle(visited)
    batch: Batch = []
    for number, example in enumerate(_with_altered(visited, altering, rng)):
        chosen = _chosen(example, rng)
        question = pairing.question(example.question)
        batch += [_visit(number, question, text, pairing) for text in chosen]
        if len(batch) >= SEQUENCES:
            yield batch
            batch = []


def _with_altered(visited: Sequence[Example], altering: Altering, rng: random.Random) -> Iterator[Example]:
    for example in visited:
        yield example
        if rng.random() < ALTERED and _answering(example):
            gold = replace(example, passages=tuple(_answering(example)[:1] + _other(example)[:2]))
            made = altering.altered(gold, rng)
            if made:
                yield made


def _chosen(example: Example, rng: random.Random) -> list[Text]:
    """The answering passage nearest to the front, and others, those at the front oftener."""
    answering, others = _answering(example)[:1], _other(example)
    if not answering:
        return others[:1] + _some(others[1:], READ - 2, rng)
    withheld = without_answer(answering[0]) if rng.random() < WITHHELD else None
    more = [withheld] if withheld else []
    return answering + more + _some(others, READ - 1 - len(more), rng)


def _some(texts: Sequence[Text], count: int, rng: random.Random) -> list[Text]:
    drawn = sorted(range(len(texts)), key=lambda rank: rng.random() ** (rank + 1), reverse=True)
    return [texts[rank] for rank in drawn[:count]]


def _answering(example: Example) -> list[Text]:
    return [text for text in example.passages if text.answers]


def _other(example: Example) -> list[Text]:
    return [text for text in example.passages if not text.answers]


def _visit(number: int, question: Sequence[int], text: Text, pairing: Pairing) -> Visit:
    pair = pairing.pair(question, text.text, text.sentences, context=text.context)
    gold = {i for answer in text.answers for i in _sentences(answer, text.sentences)}
    places = [place for answer in text.answers if (place := _tokens(answer, pair))]
    read = {int(i) for i in pair.owner}
    return Visit(
        number,
        pair,
        frozenset(gold & read),
        tuple(start for start, _ in places),
        tuple(end for _, end in places),
    )


def _sentences(answer: Span, sentences: Sequence[Span]) -> list[int]:
    """The sentence that holds the answer, or all that share it."""
    whole = [i for i, one in enumerate(sentences) if one.start <= answer.start and answer.end <= one.end]
    return whole[:1] or [i for i, one in enumerate(sentences) if one.start < answer.end and answer.start < one.end]


def _tokens(answer: Span, pair: Pair) -> tuple[int, int] | None:
    within = (pair.owner >= 0) & (pair.starts < answer.end) & (pair.ends > answer.start)
    found = np.flatnonzero(within)
    return (int(found[0]), int(found[-1])) if len(found) else None


def tensors(pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, mask and types, each ``(len(pairs), tokens)`` int64, padded with zeros to a multiple of 16.

    Few shapes are fast: oneDNN compiles its kernels anew for each.
    """
    longest = -(-max(len(pair.ids) for pair in pairs) // 16) * 16
    ids, mask, types = (torch.zeros((len(pairs), longest), dtype=torch.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = torch.from_numpy(pair.ids)
        mask[row, :length] = 1
        types[row, :length] = torch.from_numpy(pair.types)
    return ids, mask, types
