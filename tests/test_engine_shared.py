"""Whatever engine keeps a library: two that have it open are of one mind, as soon as the engine says so."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engines import AT_ONCE, COUNTS, STILL, Place
from index.filters import Scope
from index.library import Library, UnknownDocument
from index.metadata import Metadata
from index.receipts import Receipt
from three_texts import DOCUMENTS, HARBOUR, QUESTIONS, RAIN, STORM, document, words

DONE = Receipt("0" * 64, new=True, documents=("a", "b"), notes=("read as utf_16", "\"'\\ 日本 👩‍👧"))


@pytest.fixture
def library(place: Place) -> Library:
    return place.open()


@pytest.fixture
def other(place: Place, library: Library) -> Library:
    """The same library as another process has it."""
    library.add(DOCUMENTS[:1])
    return place.open()


def found(library: Library) -> set[str]:
    """The documents that any question finds."""
    searches = (library.search(question, depth=100) for question in QUESTIONS)
    return {one.passage.document_id for each in searches for one in each.candidates}


def test_what_another_adds_is_found_at_once(place: Place, library: Library, other: Library) -> None:
    place.require(AT_ONCE)
    other.add(DOCUMENTS[1:])
    place.assert_holds(library, *DOCUMENTS)
    assert library.latest_version() == library.version == other.version


def test_what_another_removes_is_found_and_shown_no_more_at_once(
    place: Place, library: Library, other: Library
) -> None:
    place.require(AT_ONCE)
    library.add(DOCUMENTS[1:])
    assert found(other) == {one.id for one in DOCUMENTS}
    assert other.document(DOCUMENTS[0].id) == DOCUMENTS[0]
    library.remove(DOCUMENTS[0].id)
    place.assert_holds(other, *DOCUMENTS[1:])
    for ask in (other.document, other.summary, other.remove):
        with pytest.raises(UnknownDocument):
            ask(DOCUMENTS[0].id)
    with pytest.raises(UnknownDocument):
        other.search("storm", scope=Scope((DOCUMENTS[0].id,)))


def test_what_another_replaces_is_shown_as_it_is_now_at_once(
    place: Place, library: Library, other: Library
) -> None:
    place.require(AT_ONCE)
    storm = DOCUMENTS[0]
    assert other.document(storm.id) == storm
    renamed = dataclasses.replace(storm, title="Wreck", metadata=Metadata.of({"year": 1911}), context="rain")
    library.replace([storm.id], [renamed])
    place.assert_holds(other, renamed)
    library.replace([storm.id], [document(RAIN)])
    place.assert_holds(other, document(RAIN))


def test_what_another_wrote_is_found_once_it_has_closed_it(place: Place, library: Library, other: Library) -> None:
    other.add(DOCUMENTS[1:])
    other.remove(DOCUMENTS[0].id)
    other.close()
    place.assert_holds(library, *DOCUMENTS[1:])
    assert library.latest_version() == library.version


def test_a_writer_goes_on_from_what_another_wrote(place: Place, library: Library, other: Library) -> None:
    other.add([document(HARBOUR)])
    other.remove(DOCUMENTS[0].id)
    library.add([document(RAIN)])
    place.assert_holds(library, document(HARBOUR), document(RAIN))
    with pytest.raises(UnknownDocument):
        library.remove(DOCUMENTS[0].id)
    other.add([])
    place.assert_holds(other, document(HARBOUR), document(RAIN))


def test_of_two_that_close_the_library_the_second_loses_nothing(
    place: Place, library: Library, other: Library
) -> None:
    other.replace([DOCUMENTS[0].id], DOCUMENTS[1:])
    other.close()
    library.add(DOCUMENTS[:1])
    place.assert_holds(library, *DOCUMENTS)
    library.close()
    place.assert_holds(place.open(), *DOCUMENTS)


def test_seeds_that_two_begin_with_are_added_once(place: Place) -> None:
    first, second = place.open(), place.open()
    first.seed(lambda: DOCUMENTS)
    first.remove(DOCUMENTS[0].id)
    second.seed(lambda: DOCUMENTS)
    second.close()
    first.close()
    place.assert_holds(place.open(), *DOCUMENTS[1:])


def many_written(library: Library, other: Library) -> set[str]:
    """What is to be there once threads of both have added and removed, each its own documents."""
    texts = [document(f"{STORM} {number}") for number in range(24)]

    def write(number: int) -> None:
        one = (library, other)[number % 2]
        one.add([texts[number]])
        if number % 3 == 0:
            one.remove(texts[number].id)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(24)))
    other.close()
    return {one.id for number, one in enumerate(texts) if number % 3} | {DOCUMENTS[0].id}


def test_many_threads_of_two_processes_add_and_remove(library: Library, other: Library) -> None:
    """All that was acknowledged is there, and nothing that was removed."""
    left = many_written(library, other)
    assert {one.id for one in library.summaries()} == left
    assert library.document_count == len(left)
    assert {one.passage.document_id for one in library.search("storm", depth=100).candidates} == left


def test_what_two_processes_write_at_the_same_moment_is_counted(
    place: Place, library: Library, other: Library
) -> None:
    place.require(COUNTS)
    many_written(library, other)
    assert len(library) == sum(one.passages for one in library.summaries())


def test_one_that_is_closed_leaves_the_other_open(place: Place, library: Library, other: Library) -> None:
    other.add(DOCUMENTS[1:])
    library.search("storm")
    other.close()
    library.remove(DOCUMENTS[0].id)
    place.assert_holds(library, *DOCUMENTS[1:])


def test_one_that_reads_is_not_disturbed_where_another_closes(place: Place, library: Library) -> None:
    """What is cleared away at the end is not what is being read."""
    library.add(DOCUMENTS)
    wrong: list[Exception] = []
    read_through: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                found(library)
                read_through.append(len([library.document(one.id) for one in library.summaries()]))
            except Exception as error:  # noqa: BLE001 - handed to the test's own thread
                wrong.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(6):
        other = place.open()
        other.replace(
            [one.id for one in DOCUMENTS], [dataclasses.replace(one, context="crew") for one in DOCUMENTS]
        )
        other.replace([one.id for one in DOCUMENTS], DOCUMENTS)
        other.close()
    done.set()
    reader.join()
    assert wrong == []
    assert len(read_through) > 6
    assert set(read_through) == {len(DOCUMENTS)}


def test_inside_still_one_version_is_read_while_nothing_changes(library: Library) -> None:
    library.add(DOCUMENTS)
    with library.still():
        version = library.search("storm").version
        found(library)
        library.document(DOCUMENTS[0].id)
        assert library.search("rain").version == library.version == library.latest_version() == version


def test_inside_still_all_is_of_one_state_whatever_is_written(place: Place, library: Library) -> None:
    place.require(STILL)
    library.add(DOCUMENTS)
    with library.still():
        before = found(library), library.search("storm").version
        writer = threading.Thread(target=library.remove, args=[DOCUMENTS[0].id])
        writer.start()
        writer.join()
        assert (found(library), library.search("storm").version) == before
        assert library.document(DOCUMENTS[0].id) == DOCUMENTS[0]
    assert found(library) == {one.id for one in DOCUMENTS[1:]}


def test_after_still_what_was_written_meanwhile_is_seen(place: Place, library: Library) -> None:
    library.add(DOCUMENTS)
    with library.still():
        library.search("storm")
        writer = threading.Thread(target=library.remove, args=[DOCUMENTS[0].id])
        writer.start()
        writer.join()
    place.assert_holds(library, *DOCUMENTS[1:])


def test_a_receipt_is_found_by_its_name_by_all_and_is_no_change(library: Library, other: Library) -> None:
    version = library.version
    names = ("one", "o'ne\" \\", "日本", "x" * 5000, "")
    for number, name in enumerate(names):
        library.receipts.keep(name, dataclasses.replace(DONE, request=f"{number}"))
    assert [other.receipts.find(name).request for name in names] == ["0", "1", "2", "3", "4"]
    assert other.receipts.find("One") is None
    other.receipts.keep("one", dataclasses.replace(DONE, new=False, documents=()))
    assert library.receipts.find("one") == dataclasses.replace(DONE, new=False, documents=())
    assert library.version == version


def test_a_receipt_of_very_many_documents_is_kept_whole(library: Library, place: Place) -> None:
    many = dataclasses.replace(DONE, documents=tuple(f"{number:016x}" for number in range(10_000)))
    library.receipts.keep("many", many)
    library.receipts.keep("too many", dataclasses.replace(many, documents=(*many.documents, "0" * 16)))
    library.checkpoint()
    library.close()
    again = place.open()
    assert again.receipts.find("many") == many
    assert again.receipts.find("too many") is None


def test_a_library_is_made_once_by_those_who_open_it_at_the_same_moment(place: Place) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: place.open(words()), range(4)))
    opened[0].add(DOCUMENTS)
    opened[0].close()
    for one in opened[1:]:
        place.assert_holds(one, *DOCUMENTS)
