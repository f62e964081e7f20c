"""Passages: windows of whole sentences that fit the embedding model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.packing import Measured, packed
from index.sentences import split
from index.spans import Span, trimmed

WIDEST = 100
"""Code points that one token counts for here: a tokeniser takes a word of any length as one unknown token."""
TokenSpans = Callable[[str], npt.NDArray[np.int64]]
"""Every token of a text as ``(n, 2)`` int64 code-point offsets, in order, without special tokens."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage that is not stored yet: its sentences, in order, and the span from first to last."""

    sentences: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """From the start of the first sentence to the end of the last."""
        return Span(self.sentences[0].start, self.sentences[-1].end)


def cut(text: str, token_spans: TokenSpans, *, max_tokens: int) -> tuple[Cut, ...]:
    """Cut ``text`` into passages of whole sentences, none longer than ``max_tokens``.

    A paragraph is a passage. Short ones share a passage with their neighbours, long ones are cut into
    even parts between sentences, and a sentence too long for the model is cut between words, a word too
    long for it between characters. Passages are in order, do not overlap, and cover every sentence; none has more
    than ``max_tokens * WIDEST`` code points.
    """
    token_spans = _narrowed(token_spans)
    tokens = token_spans(text)
    whole = split(text)
    sentences: list[Span] = []
    for sentence, count in zip(whole, _token_counts(tokens, whole), strict=True):
        sentences.extend(_fitting(text, sentence, token_spans, max_tokens) if count > max_tokens else [sentence])
    counts = _token_counts(tokens, sentences)
    passages: list[Cut] = []
    for block in packed(_paragraphs(text, sentences), Measured.of(text, sentences, counts, max_tokens)):
        passages.extend(_verified(text, sentences[block.start : block.stop], token_spans, max_tokens))
    return tuple(passages)


def _narrowed(token_spans: TokenSpans) -> TokenSpans:
    """The same, where what is wider than ``WIDEST`` up to the next token counts as several."""

    def spans(text: str) -> npt.NDArray[np.int64]:
        found = token_spans(text)
        behind = np.append(found[1:, 0], found[-1:, 1])
        parts = np.maximum(1, -(-(behind - found[:, 0]) // WIDEST))
        if parts.max(initial=1) == 1:
            return found
        number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
        starts = np.repeat(found[:, 0], parts) + number * WIDEST
        return np.stack([starts, np.minimum(starts + WIDEST, np.repeat(behind, parts))], axis=1)

    return spans


def _token_counts(tokens: npt.NDArray[np.int64], sentences: Sequence[Span]) -> list[int]:
    starts = tokens[:, 0]
    first = np.searchsorted(starts, [s.start for s in sentences])
    behind = np.searchsorted(starts, [s.end for s in sentences])
    return [int(n) for n in behind - first]


def _fitting(text: str, sentence: Span, token_spans: TokenSpans, max_tokens: int) -> Iterator[Span]:
    """``sentence`` itself, or its parts, each within the limit; a lone code point may be beyond it."""
    starts = np.sort(token_spans(sentence.of(text))[:, 0]) + sentence.start
    begin = sentence.start
    while begin < sentence.end:
        behind = int(np.searchsorted(starts, begin)) + max_tokens
        end = _cut_before(text, begin, int(starts[behind])) if behind < len(starts) else sentence.end
        while end - begin > 1 and len(token_spans(text[begin:end])) > max_tokens:
            end = begin + (end - begin) // 2
        part = trimmed(text, begin, end)
        if part:
            yield part
        begin = end


def _cut_before(text: str, begin: int, limit: int) -> int:
    """The last place up to ``limit`` where a word ends, or ``limit`` where one word is longer than that."""
    for place in range(limit, (begin + limit) // 2, -1):
        if text[place - 1].isspace():
            return place
    return max(begin + 1, limit)


def _paragraphs(text: str, sentences: Sequence[Span]) -> list[range]:
    """Runs of sentence numbers with no blank line between them."""
    runs: list[range] = []
    begin = 0
    for i in range(1, len(sentences) + 1):
        if i == len(sentences) or _blank_line(text[sentences[i - 1].end : sentences[i].start]):
            runs.append(range(begin, i))
            begin = i
    return runs


def _blank_line(gap: str) -> bool:
    return max(gap.count("\n"), gap.count("\r")) > 1 or "\u2029" in gap


def _verified(text: str, sentences: Sequence[Span], token_spans: TokenSpans, max_tokens: int) -> Iterator[Cut]:
    """One passage, or parts of it where the text on its own has more tokens than it had in its place."""
    passage = Cut(tuple(sentences))
    middle = len(sentences) // 2
    if len(token_spans(passage.span.of(text))) <= max_tokens:
        yield passage
    elif middle:
        yield from _verified(text, sentences[:middle], token_spans, max_tokens)
        yield from _verified(text, sentences[middle:], token_spans, max_tokens)
    else:
        yield from (Cut((part,)) for part in _fitting(text, sentences[0], token_spans, max_tokens))
