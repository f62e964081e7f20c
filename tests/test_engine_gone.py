"""Milvus is killed, and comes back: what was acknowledged is there, and nobody has to start anew."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import PinciteError
from index.library import Library
from milvus_lite import MilvusLite, milvus_lite
from three_texts import DOCUMENTS, RAIN, STORM, document, words

PATIENCE_SECONDS = 30


@pytest.fixture
def server(milvus: MilvusLite, tmp_path: Path) -> Iterator[MilvusLite]:
    """One that this test may kill; ``milvus`` skips it where the packages are not installed."""
    assert milvus.uri
    with milvus_lite(tmp_path / "data") as own:
        yield own


@pytest.fixture
def library(server: MilvusLite) -> Iterator[Library]:
    opened = open_at(server)
    opened.add(DOCUMENTS)
    yield opened
    with contextlib.suppress(PinciteError):  # the server may be gone
        opened.close()


def open_at(server: MilvusLite) -> Library:
    from index.milvus.address import Address  # what these import is an extra
    from index.milvus.engine import MilvusEngine

    return Library(MilvusEngine(Address(server.uri, prefix="gone"), words()))


def found(library: Library) -> set[str]:
    return {one.passage.document_id for one in library.search("crew", depth=100).candidates}


def soon(library: Library) -> set[str]:
    """What is found once the engine is there again; until then, nothing but that it is not there is said."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return found(library)
        except PinciteError as error:
            assert_unavailable(error)
            assert time.monotonic() < deadline
            time.sleep(0.1)


def assert_unavailable(error: PinciteError) -> None:
    assert type(error).__name__ == "EngineUnavailable"
    assert "cannot be reached" in error.problem
    assert error.remedy


ASKS: tuple[Callable[[Library], object], ...] = (
    found,
    lambda library: library.add([document("Snow fell.")]),
    lambda library: library.document(DOCUMENTS[0].id),
    lambda library: library.receipts.find("x"),
)


def test_whatever_is_asked_of_a_killed_engine_it_is_said_to_be_gone_and_works_again(
    server: MilvusLite, library: Library
) -> None:
    everything = {one.id for one in DOCUMENTS}
    assert found(library) == everything
    server.kill()
    for ask in (*ASKS, lambda _: open_at(server)):
        with pytest.raises(PinciteError) as caught:
            ask(library)
        assert_unavailable(caught.value)
    server.start()
    assert soon(library) == everything
    assert [library.document(one.id) for one in DOCUMENTS] == DOCUMENTS
    library.add([document("Snow fell on the crew.")])
    library.remove(DOCUMENTS[0].id)
    left = everything - {DOCUMENTS[0].id} | {document("Snow fell on the crew.").id}
    assert found(library) == left == found(open_at(server))


def test_what_was_acknowledged_before_a_crash_is_there_and_what_was_removed_is_not(
    server: MilvusLite, library: Library
) -> None:
    """A few times, with writes that were not flushed before some of the crashes."""
    held = {one.id: one for one in DOCUMENTS}
    for number in range(4):
        new = [document(f"{STORM} {number}"), document(f"{RAIN} {number}")]
        library.add(new)
        library.remove(new[0].id)
        held[new[1].id] = new[1]
        if number % 2:
            library.checkpoint()
        server.kill()
        server.start()
        assert soon(library) == set(held)
        assert {one.id: library.document(one.id) for one in library.summaries()} == held
    other = open_at(server)
    assert {one.id: other.document(one.id) for one in other.summaries()} == held
    other.close()


@pytest.mark.parametrize("moment", range(3))
def test_a_write_that_was_cut_off_is_there_as_a_whole_or_not_at_all(
    server: MilvusLite, library: Library, moment: int
) -> None:
    many = [document(f"The crew of number {number}.") for number in range(300)]
    with drafts(server) as count, ThreadPoolExecutor(1) as pool:
        wanted = count() + (1, 250, 300)[moment]
        writing = pool.submit(library.replace, [one.id for one in DOCUMENTS], many)
        while count() < wanted:
            assert not writing.done(), "it was too fast"
        server.kill()
        failed = writing.exception(PATIENCE_SECONDS)
    if failed:
        assert_unavailable(failed)
    server.start()
    before, after = {one.id for one in DOCUMENTS}, {one.id for one in many}
    seen = soon(library)
    assert seen == before or seen <= after
    assert {one.id for one in library.summaries()} == (before if seen == before else after)
    library.replace([one.id for one in library.summaries()], many)
    assert {one.id for one in library.summaries()} == after
    assert list(library.quotations.holding("number 299.")) == [many[299].id]


@contextlib.contextmanager
def drafts(server: MilvusLite) -> Iterator[Callable[[], int]]:
    """Counts the documents that were prepared by some write; nobody sees one before all of its write are."""
    from index.milvus.address import Address
    from index.milvus.calls import Calls
    from index.milvus.root import Roots

    with contextlib.closing(Calls(Address(server.uri, prefix="gone"))) as calls:
        name = Roots(calls).current().names.documents
        yield lambda: calls.count(name, 'kind == "draft"')
