"""An edit changes few passages, wherever it is in a text."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.boundaries import spaced
from index.chunking import cut
from word_embedder import WordEmbedder

words = WordEmbedder().token_spans
LIMIT = 240
WORDS = tuple(f"word{number}" for number in range(2000))
Sizes = tuple[int, int]
SIZES: tuple[Sizes, ...] = ((1, 8), (5, 30), (10, 45), (1, 120), (1, 230), (50, 230))
"""The least and the most words in a paragraph: items of a list, lines of a dialogue, prose."""


def paragraph(chance: random.Random, sizes: Sizes) -> str:
    """Sentences of up to 25 words."""
    left = chance.randint(*sizes)
    sentences = []
    while left > 0:
        length = min(left, chance.randint(4, 25))
        sentences.append(" ".join(chance.choices(WORDS, k=length)).capitalize() + ".")
        left -= length
    return " ".join(sentences)


def embedded(paragraphs: list[str], separator: str = "\n\n") -> set[tuple[str, tuple[tuple[int, int], ...]]]:
    """What a model reads of the text: each passage, and where its sentences are in it."""
    text = separator.join(paragraphs)
    return {
        (one.span.of(text), tuple((s.start - one.span.start, s.end - one.span.start) for s in one.sentences))
        for one in cut(text, words, max_tokens=LIMIT)
    }


@given(st.integers(0, 2**32), st.sampled_from(SIZES), st.integers(0, 199))
@settings(deadline=None, max_examples=20)
def test_a_paragraph_changed_added_or_left_out_changes_at_most_three_passages(
    seed: int, sizes: Sizes, place: int
) -> None:
    chance = random.Random(seed)
    before = [paragraph(chance, sizes) for _ in range(200)]
    other = paragraph(chance, sizes)
    known = embedded(before)
    for after in (
        [*before[:place], other, *before[place + 1 :]],
        [*before[:place], other, *before[place:]],
        [*before[:place], *before[place + 1 :]],
    ):
        assert len(embedded(after) - known) <= 3


@pytest.mark.parametrize("sizes", [(5, 30), (1, 230)])
def test_a_paragraph_of_very_many_lines_is_not_cut_anew_as_a_whole(sizes: Sizes) -> None:
    chance = random.Random(1)
    lines = [paragraph(chance, sizes) for _ in range(200)]
    known = embedded(lines, "\n")
    changed = [
        embedded([*lines[:place], "Another line.", *lines[place:]], "\n") - known for place in range(0, 200, 20)
    ]
    assert max(map(len, changed)) <= 4
    assert len(known) > 20


def sizes_of(runs: list[range], sizes: list[int]) -> list[int]:
    return [sum(sizes[place] for place in run) for run in runs]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30))), st.integers(1, 40), st.integers(1, 90))
@example([("a", 5)] * 100, 10, 40)
def test_runs_hold_every_text_in_order_and_none_is_above_the_limit(
    texts: list[tuple[str, int]], spacing: int, limit: int
) -> None:
    sizes = [size for _, size in texts]
    runs = spaced([text for text, _ in texts], sizes, spacing=spacing, limit=limit)
    assert [place for run in runs for place in run] == list(range(len(texts)))
    assert all(run for run in runs)
    assert [
        run for run, size in zip(runs, sizes_of(runs, sizes), strict=True) if size > limit and len(run) > 1
    ] == []


@given(st.lists(st.text(min_size=1), max_size=60, unique=True), st.integers(1, 9))
def test_between_the_first_and_the_last_run_each_is_as_long_as_the_spacing(texts: list[str], spacing: int) -> None:
    runs = spaced(texts, [1] * len(texts), spacing=spacing, limit=1000)
    assert [run for run in runs[1:-1] if len(run) < spacing] == []


def test_texts_that_are_all_the_same_are_cut_into_halves_until_they_fit() -> None:
    runs = spaced(["same"] * 100_000, [1] * 100_000, spacing=32, limit=240)
    assert {len(run) for run in runs} == {195, 196}
