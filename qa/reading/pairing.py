"""A question and a passage as one sequence of tokens, the form in which the reader takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.embedding import lead
from index.spans import Span

MAX_QUESTION_TOKENS = 64
MAX_TOKENS = 384
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """``[CLS] question [SEP] context and passage [SEP]``; every array is ``(tokens,)`` int64.

    ``types`` is 0 up to the first separator and 1 after it. ``owner`` is the number of the sentence that a
    token belongs to, -1 outside of them all; ``starts`` and ``ends`` are code points of the passage's text, and
    mean nothing where ``owner`` is -1.
    """

    ids: Ints
    types: Ints
    owner: Ints
    starts: Ints
    ends: Ints


class Pairing:
    """Makes pairs with a BERT tokeniser; a question beyond 64 tokens and a pair beyond 384 are cut at the end."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._opening, self._separator = (self._special(name) for name in ("[CLS]", "[SEP]"))

    @classmethod
    def of(cls, file: Path) -> "Pairing":
        """Pairs by the tokeniser in ``file``."""
        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(tokenizer)

    def question(self, question: str) -> list[int]:
        """The tokens of ``question``, to be paired with any number of passages."""
        return self._encode(question)[0][:MAX_QUESTION_TOKENS]

    def pair(self, question: Sequence[int], text: str, sentences: Sequence[Span], *, context: str = "") -> Pair:
        """The tokens of a question before those of ``text``; ``sentences`` are spans of ``text``."""
        before = lead(context)
        ids, offsets = self._encode(before + text)
        opening = [self._opening, *question, self._separator]
        room = MAX_TOKENS - len(opening) - 1
        ids, offsets = ids[:room], offsets[:room]
        starts = np.zeros(len(opening) + len(ids) + 1, dtype=np.int64)
        ends = np.zeros_like(starts)
        own = np.array(offsets, dtype=np.int64).reshape(-1, 2) - len(before)
        starts[len(opening) : -1], ends[len(opening) : -1] = own[:, 0], own[:, 1]
        return Pair(
            np.array([*opening, *ids, self._separator], dtype=np.int64),
            np.array([0] * len(opening) + [1] * (len(ids) + 1), dtype=np.int64),
            _owners(starts, len(opening), sentences),
            starts,
            ends,
        )

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def _special(self, name: str) -> int:
        token = self._tokenizer.token_to_id(name)
        if token is None:
            raise ValueError(f"not a BERT tokeniser: it has no {name}")
        return int(token)


def _owners(starts: Ints, opening: int, sentences: Sequence[Span]) -> Ints:
    owner = np.full(len(starts), -1, dtype=np.int64)
    inner = slice(opening, len(starts) - 1)
    for number, sentence in enumerate(sentences):
        owner[inner][(starts[inner] >= sentence.start) & (starts[inner] < sentence.end)] = number
    return owner
