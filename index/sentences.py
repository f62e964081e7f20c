"""Where a text's sentences begin and end."""

from collections.abc import Iterator

import sentencex

from index.spans import Span, trimmed

LANGUAGE = "en"
"""sentencex's rules; its English ones also know the full stops of other scripts."""
_SPACES = {ord(c): "\n" if c in "\x85\u2028\u2029" else " " for c in map(chr, range(0x80, 0x3001)) if c.isspace()}
"""Wide spaces as narrow ones: sentencex 1.0.32 panics at a full stop behind one that is several bytes long."""


def split(text: str) -> tuple[Span, ...]:
    """The sentences of ``text``, in order, without overlap, trimmed of white space.

    Together they cover every character that is not white space. A piece without a letter or digit (a
    stray full stop, a rule, an emoji) is no sentence of its own: it belongs to the sentence before it,
    at the start of a text to the one behind it. A text without visible characters has none.
    """
    sentences: list[Span] = []
    orphan: Span | None = None
    for piece in _pieces(text):
        if any(character.isalnum() for character in piece.of(text)):
            sentences.append(Span(orphan.start, piece.end) if orphan else piece)
            orphan = None
        elif sentences:
            sentences[-1] = Span(sentences[-1].start, piece.end)
        else:
            orphan = Span(orphan.start if orphan else piece.start, piece.end)
    if orphan:
        sentences.append(orphan)
    return tuple(sentences)


def _pieces(text: str) -> Iterator[Span]:
    start = 0
    narrow = text.translate(_SPACES)
    ends = [boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(LANGUAGE, narrow)]
    for end in [*ends, len(text)]:
        piece = trimmed(text, start, max(start, end))
        if piece:
            yield piece
        start = max(start, end)
