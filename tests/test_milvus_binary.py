"""What Milvus Lite cannot show: a library on a real Milvus server, which is killed and started again.

The server is of a version that has no BM25 yet, so the questions have no words: each is a braille pattern, which
stands for a vector.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from index.compiled import CompiledEmbedder
from index.documents import Document
from index.embedding import TokenOffsets, Vectors, unit
from index.filters import EVERYTHING, Condition, Equal, Scope
from index.library import Library
from index.metadata import Metadata
from index.milvus.calls import Calls
from index.milvus.engine import MilvusEngine
from index.milvus.root import Root, now
from index.milvus.schema import Names, alias, make
from index.searching import FEW
from index.spans import Span
from index.vectors import VectorIndex
from milvus_binary import MilvusBinary, address
from paths import ROOT

pytestmark = pytest.mark.milvus

QUESTIONS, RANDOM = 104, 1000
"""Questions, of which a quarter are of nothing that is there; passages of no text."""
SHARED, LATER = 10, 5
"""Passages of a document; documents that are added later."""
NEAREST = 10
FIRST_PATTERN = 0x2800
TENTH = Scope(conditions=(Condition("tenth", (Equal(True),)),))


@dataclass(frozen=True, slots=True)
class Numbered:
    """An embedder that is told its vectors: a passage's by its number, a question's by its braille pattern."""

    texts: Vectors
    questions: Vectors
    max_tokens: int = 2
    fingerprint: str = "numbered"

    @property
    def dimension(self) -> int:
        return self.texts.shape[1]

    def token_spans(self, text: str) -> TokenOffsets:
        spans = [match.span() for match in re.finditer(r"\w+", text)]
        return np.array(spans, dtype=np.int64).reshape(-1, 2)

    def embed_question(self, question: str) -> Vectors:
        own: Vectors = self.questions[ord(question) - FIRST_PATTERN]
        return own

    def embed_passage(self, text: str, sentences: Sequence[Span], *, context: str = "") -> Vectors:
        assert not context
        return np.repeat(self.texts[[number_in(text)]], 1 + len(sentences), axis=0)


@dataclass(slots=True)
class Kept:
    """A library on the server, a door to it for writing and another for reading, and which documents are in it."""

    embedder: Numbered
    writer: Library
    reader: Library
    present: set[int] = field(default_factory=set)

    def add(self, places: range) -> None:
        self.writer.add([document(place) for place in places])
        self.present |= set(places)

    def remove(self, places: set[int]) -> None:
        self.writer.remove(*(document(place).id for place in places))
        self.present -= places

    def expected(self, question: int, documents: set[int]) -> list[int]:
        """The passages that FAISS finds."""
        ids = np.array([n for place in sorted(documents) for n in passages_of(place)], dtype=np.int64)
        index = VectorIndex.empty(self.embedder.dimension).extended([(ids, self.embedder.texts[ids])])
        return index.search(self.embedder.questions[question], NEAREST).tolist()

    def found(self, question: int, scope: Scope) -> list[int]:
        """The passages that the server finds, best first."""
        # The vectors bring twice the depth; of a scope of few passages, all are brought.
        neighbours = self.reader.search(chr(FIRST_PATTERN + question), depth=NEAREST // 2, scope=scope)
        best = np.argsort(-neighbours.candidates.passage_cosines, kind="stable")[:NEAREST]
        passages = [neighbours.candidates[int(place)].passage for place in best]
        return [number_in(one.span.of(TEXTS[one.document_id])) for one in passages]

    def recall(self, scope: Scope = EVERYTHING, documents: set[int] | None = None) -> float:
        """The share of what FAISS finds that the server finds too; it finds nothing that is not there."""
        among = self.present if documents is None else documents
        allowed = {n for place in among for n in passages_of(place)}
        same = 0
        for question in range(QUESTIONS):
            found = self.found(question, scope)
            assert len(set(found)) == NEAREST
            assert set(found) <= allowed
            same += len(set(found) & set(self.expected(question, among)))
        share = same / (QUESTIONS * NEAREST)
        print(f"recall@{NEAREST} {share:.4f} in {len(among)} documents")
        return share


def passages_of(place: int) -> range:
    return range(place * SHARED, (place + 1) * SHARED)


def document(place: int) -> Document:
    text = " ".join(f"Number {number}." for number in passages_of(place))
    return Document.from_text(
        text, title=str(place), source="made", metadata=Metadata.of({"tenth": place % 10 == 0})
    )


def number_in(text: str) -> int:
    return int(re.sub(r"\D", "", text))


TEXTS = {one.id: one.text for one in map(document, range(1000))}


@pytest.fixture(scope="module")
def numbered(embedder: CompiledEmbedder) -> Numbered:
    """The vectors of what Pincite's own code and pages say, some in any direction, and questions of both kinds."""
    rng = np.random.default_rng(9)
    lines = sorted({line for line in said_here() if len(line) > 40})
    said = np.stack([embedder.embed_question(line) for line in lines])
    said = said[rng.permutation(len(said))]
    anywhere = unit(rng.standard_normal((RANDOM, said.shape[1]), dtype=np.float32))
    real, made = QUESTIONS * 3 // 4, QUESTIONS // 4
    texts = np.concatenate([said[real:], anywhere[made:]])[rng.permutation(len(said) + RANDOM - QUESTIONS)]
    whole = len(texts) // SHARED * SHARED
    return Numbered(as_kept(texts[:whole]), as_kept(np.concatenate([said[:real], anywhere[:made]])))


def said_here() -> Iterator[str]:
    """The lines of what is written here for people."""
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("seeds/*.txt")):
        yield from (line.strip(" -|#*>") for line in page.read_text(encoding="utf-8").splitlines())
    for folder in ("index", "qa", "api", "benchmarks"):
        for module in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    yield from (line.strip() for line in (ast.get_docstring(node) or "").splitlines())


def as_kept(vectors: Vectors) -> Vectors:
    """In half precision, as every engine keeps them."""
    return vectors.astype(np.float16).astype(np.float32)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusBinary]:
    """A server that has nothing yet; it is killed behind the tests."""
    binary = MilvusBinary(tmp_path_factory.mktemp("milvus") / "data")
    try:
        binary.start()
        yield binary
    finally:
        binary.kill()


@pytest.fixture(scope="module")
def kept(server: MilvusBinary, numbered: Numbered) -> Iterator[Kept]:
    """Some thousand passages in the library of a server that has just started."""
    assert server.running
    without_words(numbered)
    doors = [Library(MilvusEngine(address("real"), numbered)) for _ in range(2)]
    made = Kept(numbered, doors[0], doors[1])
    made.add(range(documents_of(numbered) - LATER))
    yield made
    for door in doors:
        door.close()


def documents_of(embedder: Numbered) -> int:
    return len(embedder.texts) // SHARED


def without_words(embedder: Numbered) -> None:
    """Make the collections, less what this version of the server refuses."""
    calls, names = Calls(address("real")), Names.fresh("real")
    client = calls.client()
    make(client, names, embedder.dimension, lexical=False)
    calls.insert(names.documents, [Root(names, now(), {"fingerprint": embedder.fingerprint}).row])
    client.create_alias(names.documents, alias("real"))
    calls.close()


def test_the_nearest_passages_are_those_that_faiss_finds_before_and_after_they_are_indexed(kept: Kept) -> None:
    assert len(kept.reader) == len(kept.present) * SHARED > 2000
    assert kept.recall() >= 0.99
    kept.writer.checkpoint()
    assert kept.recall() >= 0.99


def test_among_the_documents_of_a_scope_the_nearest_are_nearly_all_of_those_that_faiss_finds(kept: Kept) -> None:
    """Where a filter keeps a tenth, this server's graph finds .989 to 1, however much of it is looked at."""
    tenths = {place for place in kept.present if place % 10 == 0}
    assert len(tenths) * SHARED > FEW
    assert kept.recall(TENTH, tenths) >= 0.97


def test_a_server_that_was_killed_has_all_that_was_acknowledged_and_the_same_neighbours(
    kept: Kept, server: MilvusBinary
) -> None:
    """Its clients are not started again."""
    last = documents_of(kept.embedder) - LATER
    kept.add(range(last, last + LATER))
    server.kill()
    server.start()
    assert kept.recall() >= 0.99
    assert kept.reader.document(document(last).id) == document(last)
    assert kept.reader.document_count == len(kept.present)


def test_what_was_removed_is_never_found_by_another_connection_or_after_the_server_was_killed(
    kept: Kept, server: MilvusBinary
) -> None:
    kept.remove({kept.expected(question, kept.present)[0] // SHARED for question in range(0, QUESTIONS, 4)})
    assert kept.recall() >= 0.99
    server.kill()
    server.start()
    assert kept.recall() >= 0.99
    kept.writer.checkpoint()
    assert kept.recall() >= 0.99
