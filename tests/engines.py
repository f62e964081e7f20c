"""Places where a library is kept, one for each engine; what one of them cannot do, and why."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from index.checking import check
from index.database import DATABASE
from index.documents import Document
from index.embedding import Embedder
from index.library import Library
from index.passages import Candidate, Neighbours
from three_texts import QUESTIONS, by_place, words

ENGINES = ("local", "milvus")
AT_ONCE = "what another process writes is read by the next question"
STILL = "all that one thread reads inside 'still' is of one state"
MUCH_SAID = "64 names with 1,000 characters each are said of a document"
COUNTS = "passages are counted exactly while two processes write at the same moment"
WORDLESS = "words that hold no term are looked for in all documents"
LIMITS = {
    ("local", AT_ONCE): "readers use a snapshot in memory, and take up another one once its writer has closed it",
    ("milvus", STILL): "it has no snapshot of several reads; every single one sees whole transactions alone",
    ("milvus", MUCH_SAID): "a JSON field of Milvus has 65,536 bytes: what is more is refused (TooMuchSaid)",
    ("milvus", COUNTS): "counters stand beside the passages and are written after them: one of two may be lost",
    ("milvus", WORDLESS): "texts are stored in segments and cannot be scanned: the newest documents are looked at",
}
"""What an engine cannot do, with the reason; all else is tried on all of them."""
TOLERANCE = 1e-6
"""Between the same signal of two engines: both keep vectors in half precision. A folder's are those of another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library of the engine of that name is kept, for as long as one test takes.

    ``opened`` opens it; ``beside`` is an empty folder.
    """

    name: str
    beside: Path
    opened: Callable[[Embedder], Library]
    closing: ExitStack = field(default_factory=ExitStack)

    def open(self, embedder: Embedder | None = None) -> Library:
        """The library as another process would open it, with the three texts' embedder where none is given."""
        library = self.opened(embedder or words())
        self.closing.callback(library.engine.close)
        return library

    def require(self, ability: str) -> None:
        """Skip the test where the engine cannot do what it is about."""
        reason = LIMITS.get((self.name, ability))
        if reason:
            pytest.skip(f"{ability}: not with {self.name}, for {reason}")

    def reference(self, documents: Sequence[Document], embedder: Embedder | None = None) -> Library:
        """A new library of these documents in a folder."""
        library = Library.local(self.beside / uuid.uuid4().hex, embedder or words())
        self.closing.callback(library.engine.close)
        library.add(documents)
        return library

    def assert_holds(self, library: Library, *documents: Document, questions: Sequence[str] = QUESTIONS) -> None:
        """It holds these and nothing else, and finds what a new library of them does, with the same signals."""
        listed = library.summaries()
        assert {one.id: library.document(one.id) for one in listed} == {one.id: one for one in documents}
        reference = self.reference(documents)
        known = {one.id: (one.title, one.length, one.passages, one.metadata) for one in reference.summaries()}
        assert {one.id: (one.title, one.length, one.passages, one.metadata) for one in listed} == known
        assert (len(library), library.document_count) == (len(reference), reference.document_count)
        for question in questions:
            pair = library.search(question, depth=100), reference.search(question, depth=100)
            assert_alike(*pair, tolerance=0 if self.name == "local" else TOLERANCE)
        reference.close()


@contextmanager
def place_in(folder: Path) -> Iterator[Place]:
    """A library in a folder: FAISS and SQLite, of which nothing is wrong afterwards."""
    kept = folder / "library"
    with ExitStack() as closing:
        yield Place("local", folder / "beside", lambda one: Library.local(kept, one), closing)
    if (kept / DATABASE).exists():
        assert check(kept).faults == ()


def assert_alike(ours: Neighbours, reference: Neighbours, *, tolerance: float = TOLERANCE) -> None:
    """The same passages with the same signals, of the same library."""
    pairs = by_place(ours), by_place(reference)
    places, expected = (
        [(one.passage.document_id, one.passage.span, one.passage.sentences) for one in each] for each in pairs
    )
    assert places == expected
    for our, their in zip(*pairs, strict=True):
        np.testing.assert_allclose(_signals(our), _signals(their), rtol=0, atol=tolerance)
    assert (ours.wanted, ours.passages) == (reference.wanted, reference.passages)


def _signals(one: Candidate) -> list[float]:
    match = one.match
    return [
        one.passage_cosine,
        *one.sentence_cosines,
        match.lexical,
        match.phrase,
        *match.coverage,
        *match.sentence_phrase,
    ]
