"""What is written to Milvus by processes that know nothing of one another, and by clocks that differ."""

import contextlib
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("pymilvus")

from index.documents import Document
from index.library import Library
from index.metadata import Metadata
from index.milvus import committing, root
from index.milvus.address import Address
from index.milvus.calls import Calls
from index.milvus.engine import MilvusEngine
from index.milvus.records import DRAFT
from index.milvus.root import Roots
from index.milvus.words import PASSAGES, Words
from index.origins import File
from milvus_lite import MilvusLite
from three_texts import DOCUMENTS, RAIN, STORM, document, words

HOUR = 3_600_000_000


@pytest.fixture
def address(milvus: MilvusLite) -> Address:
    """A library of this test's own."""
    return Address(milvus.uri, prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def library(address: Address) -> Iterator[Library]:
    """An empty library there."""
    with contextlib.closing(Library(MilvusEngine(address, words()))) as opened:
        yield opened


@pytest.fixture
def calls(address: Address) -> Iterator[Calls]:
    """What looks behind the library's back."""
    with contextlib.closing(Calls(address)) as opened:
        yield opened


def pages(library: Library, size: int) -> list[str]:
    """All documents, so many at a time."""
    listed: list[str] = []
    after = 0
    while page := library.summaries(after=after, limit=size):
        listed += [one.id for one in page]
        after = page[-1].position
    return listed


def listed(library: Library) -> int:
    """The passages of all documents."""
    return sum(one.passages for one in library.summaries())


@pytest.mark.parametrize("hours", [0, -2])
def test_a_clock_that_stands_or_is_set_back_hides_no_document_from_a_page(
    library: Library, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    set_back = root.now() + hours * HOUR
    added: list[Document] = []
    for number in range(3):
        added += [document(f"{STORM} {number} {part}") for part in range(4)]
        versions = {library.version}
        library.add(added[-4:])
        monkeypatch.setattr(root, "now", lambda: set_back)
        assert library.version not in versions
    assert pages(library, 3) == [one.id for one in added]
    assert len({one.position for one in library.summaries()}) == len(added)


def test_what_two_write_at_once_is_cleared_of_the_one_who_lost(
    address: Address, library: Library, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(DOCUMENTS)
    again = document(f"{STORM} Again.")
    prepare = committing.Committing._prepare

    def meanwhile(self: committing.Committing, *given: object) -> None:
        prepare(self, *given)
        monkeypatch.setattr(committing.Committing, "_prepare", prepare)
        with contextlib.closing(Library(MilvusEngine(address, words()))) as other:
            other.add([again])

    monkeypatch.setattr(committing.Committing, "_prepare", meanwhile)
    library.add([again])
    names = Roots(calls).current().names
    library.checkpoint()
    assert calls.count(names.passages, "key != ''") > listed(library)  # whose they are shows later
    monkeypatch.setattr(committing, "now", lambda: root.now() + 2 * HOUR)
    library.add([document(RAIN + " Again.")])
    library.checkpoint()
    expected = [*DOCUMENTS, again, document(RAIN + " Again.")]
    assert calls.count(names.passages, "key != ''") == listed(library)
    assert calls.count(names.documents, f'kind == "{DRAFT}"') == 1  # of what was written last
    assert {one.id: library.document(one.id) for one in library.summaries()} == {one.id: one for one in expected}
    found = {one.passage.document_id for one in library.search("crew", depth=100).candidates}
    assert found == {one.id for one in expected}


def test_counters_of_which_one_was_lost_say_no_term_is_in_more_passages_than_there_are(
    library: Library, calls: Calls
) -> None:
    library.add(DOCUMENTS)
    before = library.search("crew storm", depth=100)
    counters = Words(calls, Roots(calls).current().names.words)
    counters.add({PASSAGES: 2 - counters.count(PASSAGES)})
    after = library.search("crew storm", depth=100)
    assert [one.passage.id for one in after.candidates] == [one.passage.id for one in before.candidates]
    assert all(0 <= share <= 1 for one in after.candidates for share in one.match.coverage)


def test_editions_that_are_no_more_hide_no_passage_that_words_alone_find(library: Library) -> None:
    """However often a document that has the word as well was written anew."""
    one = document("The zither was played by the crew in the harbour.")
    others = [document(f"The crew of harbour {number} slept in the storm.") for number in range(80)]
    library.add([one, *others, document("A zither.")])
    for number in range(60):
        library.describe([document("A zither.").id], Metadata.of({"number": number}))
    found = library.search("zither storm mast", depth=20)
    assert one.id in {candidate.passage.document_id for candidate in found.candidates}


def test_a_file_of_many_documents_is_taken_and_forgotten_with_as_many_calls_as_one_of_few(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each read of what was just written waits for the engine's clock, a fifth of a second by default."""
    made = Counter[str]()
    run = Calls.run

    def counted(self: Calls, *given: Any, **named: Any) -> object:
        made[step] += 1
        return run(self, *given, **named)

    monkeypatch.setattr(Calls, "run", counted)
    steps = []
    for count in (3, 90):
        documents = [document(f"The crew of ship {count} {number} slept.") for number in range(count)]
        ids = tuple(one.id for one in documents)
        for step in (f"new {count}", f"again {count}", f"less {count}"):
            less = 1 if step.startswith("less") else 0
            sha256 = hashlib.sha256(step.encode()).hexdigest()
            library.take(documents[less:], [File(f"/{count}", "test", "text/plain", sha256, ids[less:])])
            steps.append(step)
        step = f"forget {count}"
        steps.append(step)
        assert library.forget([f"/{count}"]) == {f"/{count}": ids[1:]}
    few, many = ([made[one] for one in steps[begin : begin + 4]] for begin in (0, 4))
    assert few == many
    assert max(many) < 60


def test_as_many_passages_are_found_as_are_asked_for_where_the_nearest_were_removed(library: Library) -> None:
    """No word of the question is in any text, so none is found by its words."""
    library.add([document(f"The crew of harbour {number} slept in the storm.") for number in range(80)])
    for _ in range(3):
        nearest = library.search("zither", depth=1, least=12).candidates
        assert len(nearest) >= 12
        library.remove(*(candidate.passage.document_id for candidate in nearest[:2]))
