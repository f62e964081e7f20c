"""SQLite keeps what it was given, together or not at all."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.database import DamagedStore, UnusableStore
from index.documents import Document, Page, Summary
from index.filters import Scope
from index.matching import Statistics, Termed
from index.passages import Passage, Prepared, Stored
from index.schema import SCHEMA_VERSION
from index.spans import Span
from index.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


def document(text: str) -> Document:
    return Document.from_text(text, title=f"title of {text}", source="a source", context="a context")


def prepared(*sentences: tuple[int, int], terms: tuple[int, ...] = (), seed: int = 0) -> Prepared:
    """A passage whose terms are all in its first sentence."""
    vectors = np.random.default_rng(seed).integers(-8, 8, (1 + len(sentences), 4)).astype(np.float32) / 8
    lengths = (0, len(terms), *[0] * (len(sentences) - 1))
    spans = tuple(Span(start, end) for start, end in sentences)
    return Prepared(spans, Termed(np.array(terms, dtype=np.uint32), lengths), vectors)


def assert_stored(stored: Stored, passage: Passage, given: Prepared) -> None:
    assert stored.passage == passage
    assert stored.termed.codes.tolist() == given.termed.codes.tolist()
    assert stored.termed.lengths == given.termed.lengths
    assert stored.vectors.dtype == np.float32
    assert stored.vectors.tolist() == given.vectors.tolist()


def test_a_document_is_kept_code_point_for_code_point(store: Store) -> None:
    odd = document("Crème\r\n👩‍👧 \x00 שלום\u2029e\u0301")
    with store.transaction():
        store.add_document(odd)
    assert store.document(odd.id) == odd
    assert store.document("unknown") is None


def test_a_document_keeps_its_origin_and_its_pages(store: Store) -> None:
    pages = (Page(1, "i", Span(0, 3)), Page(2, "Zwei", Span(4, 7)))
    book = Document.from_text(
        "one two", title="t", source="s", media_type="a/b", original_sha256="ab", url="http://x/", pages=pages
    )
    with store.transaction():
        store.add_document(book)
    assert store.document(book.id) == book
    assert store.summary(book.id) == Summary(book.id, "t", "s", book.sha256, 7, 0, 1, "a/b", "ab")
    assert [store.taken_from(*one) for one in (("ab", "a/b"), ("ab", "c/d"), ("cd", "a/b"))] == [
        book.id,
        None,
        None,
    ]


def test_a_summary_counts_code_points_and_passages(store: Store) -> None:
    odd = document("👩‍👧 says e\u0301.")
    with store.transaction():
        store.add_document(odd)
        store.add_passages(odd.id, [prepared((0, 3)), prepared((4, 11))])
    assert store.summary(odd.id) == Summary(
        odd.id, odd.title, "a source", odd.sha256, 12, 2, 1, "text/plain", odd.sha256
    )
    assert store.summary("unknown") is None


def test_a_text_with_a_null_character_has_its_whole_length(store: Store) -> None:
    odd = document("before\x00behind")
    with store.transaction():
        store.add_document(odd)
    summary = store.summary(odd.id)
    assert summary is not None
    assert summary.length == 13


def test_passages_are_kept_with_spans_terms_and_vectors(store: Store) -> None:
    first, second = prepared((0, 4), (5, 9), terms=(7, 2**32 - 1), seed=1), prepared((12, 15), seed=2)
    with store.transaction():
        store.add_document(document("text"))
        store.add_passages(document("text").id, [first, second])
    stored = list(store.passages_after(0))
    assert_stored(stored[0], Passage(1, document("text").id, Span(0, 9), first.sentences), first)
    assert_stored(stored[1], Passage(2, document("text").id, Span(12, 15), second.sentences), second)
    assert [one.passage.id for one in store.passages_after(1)] == [2]
    assert (store.passage_count(), store.last_passage(), len(stored)) == (2, 2, 2)


def test_columns_are_of_those_that_exist_by_id(store: Store) -> None:
    first, second = prepared((0, 4), (5, 9), terms=(7, 8), seed=1), prepared((12, 15), seed=2)
    with store.transaction():
        store.add_document(document("text"))
        store.add_passages(document("text").id, [first, second])
    columns = store.columns([2, 1, 99])
    assert (columns.ids, columns.document_ids) == ((1, 2), (document("text").id,) * 2)
    assert columns.bounds.tolist() == [[0, 4], [5, 9], [12, 15]]
    assert columns.stream.codes.tolist() == [7, 8]
    assert columns.vectors.tolist() == [*first.vectors.tolist(), *second.vectors.tolist()]
    assert store.columns([]).ids == ()


def test_a_passage_that_is_not_what_was_stored_is_named(store: Store) -> None:
    with store.transaction():
        store.add_document(document("text"))
        store.add_passages(document("text").id, [prepared((0, 4)), prepared((5, 9))])
    store.rows("UPDATE passages SET vectors = zeroblob(6) WHERE id = 2")
    with pytest.raises(DamagedStore, match=r"\(passage 2 is not what was stored\);"):
        store.columns([1, 2])


def test_statistics_count_passages_terms_and_holders_and_forget_what_is_removed(store: Store) -> None:
    with store.transaction():
        for text, terms in {"one": (5, 5, 6), "two": (6, 7)}.items():
            store.add_document(document(text))
            store.add_passages(document(text).id, [prepared((0, 3), terms=terms)])
    assert store.statistics([5, 6, 7, 8]) == Statistics(2, 5, {5: 1, 6: 2, 7: 1})
    with store.transaction():
        store.remove_document(document("one").id)
    assert store.statistics([5, 6, 7, 8]) == Statistics(1, 2, {6: 1, 7: 1})


def test_passages_are_taken_from_another_store_under_new_ids(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.sqlite3")
    for each, terms in ((store, (5, 6)), (other, (7, 7, 8))):
        with each.transaction():
            each.add_document(document("one"))
            each.add_passages(document("one").id, [prepared((0, 1), terms=terms), prepared((2, 3))])
    with store.transaction():
        store.take_passages(other)
    assert [one.passage for one in store.passages_after()] == [
        Passage(3, document("one").id, Span(0, 1), (Span(0, 1),)),
        Passage(4, document("one").id, Span(2, 3), (Span(2, 3),)),
    ]
    assert store.statistics([5, 6, 7, 8]) == Statistics(2, 3, {7: 1, 8: 1})
    assert (store.generation, store.renumbered, other.renumbered) == (2, 2, 0)
    other.close()


def test_reads_inside_are_of_one_state(store: Store) -> None:
    def write() -> None:
        with store.transaction():
            store.add_document(document("new"))

    with store.reading():
        before = store.generation
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert (before, store.generation, store.document_ids()) == (0, 0, [])
    assert (store.generation, store.document_ids()) == (1, [document("new").id])


def test_a_removed_document_takes_its_passages_along_and_their_ids_are_never_used_again(store: Store) -> None:
    with store.transaction():
        for text in ("one", "two"):
            store.add_document(document(text))
            store.add_passages(document(text).id, [prepared((0, 3)), prepared((4, 5))])
    with store.transaction():
        store.remove_document(document("two").id)
        store.remove_document("unknown")
    assert store.passage_ids(Scope((document("one").id, document("two").id))) == [1, 2]
    with store.transaction():
        store.add_document(document("two"))
        store.add_passages(document("two").id, [prepared((0, 3))])
    assert store.passage_ids(Scope((document("two").id,))) == [5]


def test_documents_are_listed_in_the_order_in_which_they_were_added(store: Store) -> None:
    added = [document(text) for text in ("z", "a", "m")]
    for one in added:
        with store.transaction():
            store.add_document(one)
    assert store.document_ids() == [one.id for one in added]
    assert [(one.id, one.position) for one in store.summaries(after=1, limit=1)] == [(added[1].id, 2)]
    assert [one.title for one in store.summaries()] == ["title of z", "title of a", "title of m"]


def interrupted(store: Store) -> None:
    with store.transaction():
        store.add_document(document("lost"))
        store.set_meta("key", "lost")
        raise KeyboardInterrupt


def test_a_transaction_raises_the_generation_and_an_interrupted_one_leaves_no_trace(store: Store) -> None:
    with store.transaction():
        store.add_document(document("kept"))
    with pytest.raises(KeyboardInterrupt):
        interrupted(store)
    assert (store.generation, store.document_ids(), store.meta("key")) == (1, [document("kept").id], None)


def test_what_was_kept_is_there_when_it_opens_again(tmp_path: Path) -> None:
    first = Store(tmp_path / "library.sqlite3")
    with first.transaction():
        first.add_document(document("kept"))
        first.set_meta("key", "one")
        first.set_meta("key", "two")
    first.close()
    second = Store(tmp_path / "library.sqlite3")
    assert (second.document(document("kept").id), second.meta("key")) == (document("kept"), "two")
    second.close()


def test_other_threads_read_what_was_written_before_and_not_what_is_being_written(store: Store) -> None:
    seen: list[list[str]] = []

    def read() -> None:
        thread = threading.Thread(target=lambda: seen.append(store.document_ids()))
        thread.start()
        thread.join()

    with store.transaction():
        store.add_document(document("new"))
        read()
    read()
    assert seen == [[], [document("new").id]]


def test_statistics_are_of_one_state_whatever_is_written_meanwhile(store: Store) -> None:
    done = threading.Event()

    def write() -> None:
        for _ in range(100):
            with store.transaction():
                store.add_document(document("text"))
                store.add_passages(document("text").id, [prepared((0, 4), terms=(5, 6))])
            with store.transaction():
                store.remove_document(document("text").id)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = [Statistics(0, 0, {})]
    while not done.is_set():
        seen.append(store.statistics([5]))
    writer.join()
    assert [one for one in seen if one not in {0: Statistics(0, 0, {}), 1: Statistics(1, 2, {5: 1})}.values()] == []


def test_a_database_may_be_made_by_many_at_the_same_moment(tmp_path: Path) -> None:
    failures: list[UnusableStore] = []

    def make(path: Path, barrier: threading.Barrier) -> None:
        barrier.wait()
        try:
            Store(path).close()
        except UnusableStore as error:
            failures.append(error)

    for number in range(5):
        barrier = threading.Barrier(8)
        work = (tmp_path / f"{number}.sqlite3", barrier)
        threads = [threading.Thread(target=make, args=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_database_of_another_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UnusableStore) as caught:
        Store(path)
    assert caught.value.problem == f"the library {path} has schema 99, this Pincite reads {SCHEMA_VERSION}"


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"something else entirely, and long enough to be looked at")
    with pytest.raises(UnusableStore) as caught:
        Store(path)
    assert caught.value.problem == f"the database {path} is damaged (file is not a database)"


def test_a_document_cannot_be_stored_twice(store: Store) -> None:
    with store.transaction():
        store.add_document(document("once"))
    with pytest.raises(UnusableStore, match=r"UNIQUE constraint failed: documents\.id"), store.transaction():
        store.add_document(document("once"))
    assert store.generation == 1
