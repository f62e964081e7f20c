"""How like two texts are, and what in a longer text is most like a shorter one: the one use of rapidfuzz."""

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from index.spans import Span, trimmed

WORD_REACH = 30
"""Code points by which a cut may move to stand beside a word rather than in it."""
_FIRST_SPACELESS = "\N{HIRAGANA LETTER SMALL A}"
_JOINER = "\N{ZERO WIDTH JOINER}"


def likeness(one: str, other: str) -> float:
    """The share of both texts that is common to them in order, in [0, 1]: 1 - indel distance / length of both."""
    return float(Indel.normalized_similarity(one, other))


def most_like(words: str, text: str, within: Span, sentences: Sequence[Span]) -> tuple[Span, float] | None:
    """The range of ``text`` most like ``words``, and its likeness; looked for in ``within``.

    It begins and ends with one of ``sentences`` or beside a word, whichever is more alike; None where nothing
    aligns.
    """
    aligned = fuzz.partial_ratio_alignment(words, within.of(text))
    if aligned is None or aligned.dest_start == aligned.dest_end:
        return None
    rough = Span(within.start + aligned.dest_start, within.start + aligned.dest_end)
    touched = [sentence for sentence in sentences if sentence.start < rough.end and rough.start < sentence.end]
    cuts = (rough, _fitted(words, text, rough))
    starts = [*(one.start for one in touched[:2]), *(_beside_word(text, one.start, -1) for one in cuts)]
    ends = [*(one.end for one in touched[-2:]), *(_beside_word(text, one.end, 1) for one in cuts)]
    spans = (trimmed(text, start, end) for start in starts for end in ends if start < end)
    found = [(span, likeness(words, span.of(text))) for span in spans if span]
    return max(found, key=lambda one: one[1], default=None)


def _fitted(words: str, text: str, rough: Span) -> Span:
    """``rough``, at most as long as ``words``, widened as far as the text there goes on to agree with them."""
    reach = len(words) // 2
    start, end = max(0, rough.start - reach), rough.end + reach
    common = [block for block in Indel.opcodes(words, text[start:end]).as_matching_blocks() if block.size]
    if not common:
        return rough
    return Span(start + common[0].b, start + common[-1].b + common[-1].size)


def _beside_word(text: str, cut: int, step: int) -> int:
    """``cut`` moved on by ``step`` until it splits no word and no cluster; where it is, if there is no end near."""
    for moved in range(cut, cut + step * WORD_REACH, step):
        if not 0 < moved < len(text) or not _joined(text[moved - 1], text[moved]):
            return min(max(moved, 0), len(text))
    return cut


def _joined(before: str, after: str) -> bool:
    """Whether two neighbouring code points belong to one word, or to one character as a person sees it."""
    if _JOINER in (before, after) or unicodedata.category(after) in {"Mn", "Mc", "Me", "Sk"}:
        return True
    spaced = max(before, after) < _FIRST_SPACELESS
    return spaced and before.isalnum() and after.isalnum()
