"""A passage as it is prepared, as it is stored, and as a question finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors
from index.matching import Match, Matches, Numbers, Termed, Wanted, Weights
from index.spans import Span

Bounds = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage before it is stored: its sentences in its document, its terms, its vectors.

    ``vectors`` is ``(1 + len(sentences), dimension)`` float32, unit rows: the passage, then each sentence.
    """

    sentences: tuple[Span, ...]
    termed: Termed
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored window of whole sentences; spans are code points of its document's text."""

    id: int
    document_id: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage beside its terms and its vectors, ``(1 + sentences, dimension)`` float32: itself, then each."""

    passage: Passage
    termed: Termed
    vectors: Vectors

    @property
    def prepared(self) -> Prepared:
        """The passage as it was before it was stored."""
        return Prepared(self.passage.sentences, self.termed, self.vectors)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage beside its signals for one question; none depends on what else was found.

    ``passage_cosine`` and ``sentence_cosines`` (one a sentence) lie in [-1, 1]; ``match`` says how well its
    words fit, in shares of the question's.
    """

    passage: Passage
    passage_cosine: float
    sentence_cosines: tuple[float, ...]
    match: Match


class Candidates(Sequence[Candidate]):
    """``n`` passages with ``s`` sentences together, by passage id, beside their signals for one question.

    ``passage_cosines`` is (n,), ``sentence_cosines`` (s,), ``sizes`` (n,) counts each passage's sentences and
    ``firsts`` (n,) says where they begin among all. ``prints`` (s,) are the same for sentences of the same words.
    Equal to any sequence of equal candidates.
    """

    def __init__(
        self,
        passages: Sequence[tuple[int, str]],
        bounds: Bounds,
        sizes: Numbers,
        cosines: tuple[Weights, Weights],
        matches: Matches,
        *,
        prints: npt.NDArray[np.uint64],
    ) -> None:
        """``passages`` are ids and documents' ids, ``bounds`` (s, 2) code points; ``cosines`` as the properties."""
        self.passage_cosines, self.sentence_cosines = cosines
        self.matches = matches
        self.prints = prints
        self.sizes = sizes
        self.firsts: Numbers = np.cumsum(sizes) - sizes
        self._passages = passages
        self._bounds = bounds

    def __len__(self) -> int:
        return len(self._passages)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, index: int | slice) -> Candidate | tuple[Candidate, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(len(self))[index])
        i = range(len(self))[index]
        own = slice(int(self.firsts[i]), int(self.firsts[i] + self.sizes[i]))
        spans = tuple(Span(start, end) for start, end in self._bounds[own].tolist())
        passage = Passage(*self._passages[i], Span(spans[0].start, spans[-1].end), spans)
        match = Match(
            float(self.matches.lexical[i]),
            float(self.matches.phrase[i]),
            tuple(self.matches.coverage[own].tolist()),
            tuple(self.matches.sentence_phrase[own].tolist()),
        )
        cosines = tuple(self.sentence_cosines[own].tolist())
        return Candidate(passage, float(self.passage_cosines[i]), cosines, match)

    def places(self) -> list[tuple[str, int, int]]:
        """Each passage's document and its code points there: where it begins and ends."""
        begins = self._bounds[self.firsts, 0].tolist()
        ends = self._bounds[self.firsts + self.sizes - 1, 1].tolist()
        return [(own, *span) for (_, own), *span in zip(self._passages, begins, ends, strict=True)]

    def best(self, values: Weights) -> Numbers:
        """(n,): which of each passage's sentences has the highest of ``values`` (s,), the first of equal ones."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        highest = np.repeat(np.maximum.reduceat(values, self.firsts), self.sizes)
        among = np.flatnonzero(values == highest)
        best: Numbers = among[np.searchsorted(among, self.firsts)] - self.firsts
        return best

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the index holds nearest to a question, by passage id.

    ``passages`` is how many there are in all, ``version`` the generation and model that was read.
    """

    candidates: Candidates
    wanted: Wanted
    passages: int
    version: str
