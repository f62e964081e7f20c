"""How much memory, disk and machines a library of any size takes in Milvus: counted, not measured."""

import math
from dataclasses import dataclass

GRAPH_BYTES = 2 * 32 * 4 + 4
"""HNSW with M = 32: 64 neighbours of four bytes at its lowest level, and about one more of all higher ones."""
POSTING_BYTES = 8
"""BM25's index: the number of a passage, and how often the word stands in it, for each word of each passage."""
USABLE = 0.7
"""Of a machine's memory: the rest is for new segments, for segments that are being merged, and for the system."""
NODE_BYTES = 64 * 2**30
HALF = 2
"""Bytes of a component of a vector as FAISS holds it in the default engine."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A measured library: counts, and the bytes of its rows.

    ``distinct`` are the different terms of each passage, ``vector`` the bytes of the vectors that are searched, and
    ``halves`` those of the strings that hold a passage's and its sentences' vectors in half precision. ``rest`` is
    what else stands in a passage's row, ``text`` the documents' texts, ``place`` their titles and metadata.
    """

    documents: int
    passages: int
    sentences: int
    terms: int
    distinct: int
    vector: int
    halves: int
    rest: int
    text: int
    place: int

    def __add__(self, other: "Corpus") -> "Corpus":
        return Corpus(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Size:
    """What ``sentences`` take, in bytes where nothing else is said."""

    sentences: int
    passages: float
    vectors: float
    graph: float
    postings: float
    halves: float
    rest: float
    texts: float

    @classmethod
    def of(cls, corpus: Corpus, sentences: int) -> "Size":
        """As many sentences, in passages and documents like those of ``corpus``."""
        passages = sentences / corpus.sentences * corpus.passages
        each = passages / corpus.passages
        return cls(
            sentences,
            passages,
            corpus.vector * each,
            GRAPH_BYTES * passages,
            POSTING_BYTES * corpus.distinct * each,
            corpus.halves * each,
            corpus.rest * each,
            (corpus.text + corpus.place) * each,
        )

    @property
    def searched(self) -> float:
        """What has to be in memory: vectors, graph and words."""
        return self.vectors + self.graph + self.postings

    @property
    def loaded(self) -> float:
        """All of it, as Milvus holds it unless it is told to map the other fields from disk."""
        return self.searched + self.halves + self.rest + self.texts

    @property
    def stored(self) -> float:
        """On disk, once: what is loaded, and the vectors again, for an index is kept beside what it was made of."""
        return self.loaded + self.vectors

    @property
    def local(self) -> float:
        """Memory of the default engine's index: vectors in half precision."""
        return self.vectors / 4 * HALF


def nodes(memory: float) -> int:
    """Machines of 64 GiB that hold so many bytes."""
    return math.ceil(memory / (USABLE * NODE_BYTES))
