"""A library is embedded anew beside itself: nobody who asks or writes meanwhile notices, except by the version."""

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.checking import Report, check
from index.embedding import Embedder
from index.errors import PinciteError
from index.fingerprints import ModelName, OtherModel
from index.library import Library
from index.passages import Candidate
from index.reindexing import FOLDER, Reindexed, reindex
from index.snapshot import Derived
from index.turns import LibraryBusy, Turns
from kept_in import folder_of
from three_texts import DOCUMENTS, HARBOUR, RAIN, STORM, asked, document, without_ids, words
from word_embedder import WordEmbedder

NAME = ModelName("other", "onnx")


def other() -> WordEmbedder:
    return WordEmbedder("broke", "north", max_tokens=3)


def open_other(name: ModelName) -> Embedder:
    assert name == NAME
    return other()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An open library of three documents, whose files are up to date."""
    opened = Library.local(tmp_path / "library", words(), opener=open_other)
    opened.add(DOCUMENTS)
    opened.checkpoint()
    yield opened
    opened.close()


def assert_as_new(folder: Path, embedder: Embedder) -> None:
    """The library is sound, without a trace of the work, and finds what a new one of its documents finds."""
    assert check(folder).faults == ()
    assert not (folder / FOLDER).exists()
    opened, fresh = Library.local(folder, embedder), Library.local(folder.with_name("fresh"), embedder)
    fresh.add(opened.document(one.id) for one in opened.summaries())
    assert without_ids(asked(opened)) == without_ids(asked(fresh))
    for each in (opened, fresh):
        each.close()
    shutil.rmtree(folder.with_name("fresh"))


def test_it_finds_what_a_new_library_under_that_model_finds(library: Library) -> None:
    library.close()
    embedder = other()
    made = reindex(folder_of(library), embedder)
    assert made == Reindexed(embedder.embedded, f"3-{embedder.fingerprint}")
    assert_as_new(folder_of(library), other())
    with pytest.raises(OtherModel):
        Library.local(folder_of(library), words())


def test_the_indexes_come_with_it(library: Library) -> None:
    library.close()
    reindex(folder_of(library), other())
    assert Derived(folder_of(library), 3).generation() == 3
    assert check(folder_of(library)) == Report(3, 10, (), ())


def test_an_open_library_goes_on_with_the_same_model(library: Library) -> None:
    expected = without_ids(asked(library))
    before = library.version
    reindex(folder_of(library), words())
    assert without_ids(asked(library)) == expected
    assert (before, library.version) == (
        "2-word-storm-mast-crew-harbour-rain",
        "3-word-storm-mast-crew-harbour-rain",
    )
    library.add([document("Quite another crew.")])
    library.close()
    assert_as_new(folder_of(library), words())


def test_an_open_library_goes_on_with_another_model(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    reindex(folder_of(library), other(), name=NAME)
    fresh = Library.local(folder_of(library).with_name("another"), other())
    fresh.add(DOCUMENTS)
    assert without_ids(asked(library)) == without_ids(asked(fresh))
    fresh.close()
    [record] = caplog.records
    assert record.getMessage() == (
        "the library was embedded anew by other (onnx), which answers from now on; "
        "set PINCITE_MODEL to it before the next start"
    )
    library.add([document("Quite another crew.")])
    library.close()
    assert_as_new(folder_of(library), other())


def test_an_open_library_that_cannot_open_the_other_model_refuses(tmp_path: Path) -> None:
    """It says so each time, tries once, and serves again when the model is put back."""
    tried: list[ModelName] = []

    def fails(name: ModelName) -> Embedder:
        tried.append(name)
        raise PinciteError("there is no such model", remedy="find it")

    library = Library.local(tmp_path / "library", words(), opener=fails)
    library.add(DOCUMENTS)
    expected = without_ids(asked(library))
    reindex(folder_of(library), other(), name=NAME)
    for _ in range(3):
        with pytest.raises(OtherModel, match=r"by another model or runtime \(other, onnx, word-broke-north; this"):
            library.search("storm")
    with pytest.raises(OtherModel):
        library.add([document("Quite another crew.")])
    assert tried == [NAME]
    reindex(folder_of(library), words())
    assert without_ids(asked(library)) == expected
    library.close()


def test_what_is_added_removed_and_replaced_meanwhile_is_neither_lost_nor_back(library: Library) -> None:
    """Each happens while the first documents are embedded anew, by a library that is open."""
    new, newer = document("Quite another crew."), document("The harbour burnt down.")
    work = [
        lambda: library.remove(document(STORM).id),
        lambda: library.add([new]),
        lambda: library.replace([document(RAIN).id], [newer]),
        lambda: library.replace([document(HARBOUR).id], [document(HARBOUR, "another context")]),
    ]

    def meanwhile(_stage: str, _done: int, _total: int) -> None:
        if work:
            work.pop(0)()

    reindex(folder_of(library), words(), progress=meanwhile)
    assert {one.id for one in library.summaries()} == {document(HARBOUR).id, new.id, newer.id}
    library.close()
    assert_as_new(folder_of(library), words())


def test_it_goes_on_where_it_was_interrupted(library: Library) -> None:
    """Documents of 300 passages each: two are a batch."""
    names = ("alpha", "beta", "gamma")
    library.add(document(f"{name} " * 300) for name in names)
    library.close()

    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    first, second = (WordEmbedder(*names, max_tokens=1) for _ in range(2))
    with pytest.raises(KeyboardInterrupt):
        reindex(folder_of(library), first, progress=interrupt)
    made = reindex(folder_of(library), second)
    assert (made.passages, second.embedded) == (3 * 300 + 24, 300)
    assert_as_new(folder_of(library), WordEmbedder(*names, max_tokens=1))


def test_what_another_model_left_unfinished_is_not_taken_up(library: Library) -> None:
    library.close()

    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(folder_of(library), other(), progress=interrupt)
    reindex(folder_of(library), words())
    assert_as_new(folder_of(library), words())


def test_an_interruption_leaves_the_library_as_it_was_and_a_removal_nothing_of_the_work(library: Library) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    expected = asked(library)
    with pytest.raises(KeyboardInterrupt):
        reindex(folder_of(library), other(), progress=interrupt)
    assert asked(library) == expected
    assert (folder_of(library) / FOLDER).exists()
    library.remove(document(STORM).id)
    assert not (folder_of(library) / FOLDER).exists()


def test_its_work_holds_no_text_and_no_title(library: Library) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(folder_of(library), other(), progress=interrupt)
    kept = b"".join(path.read_bytes() for path in (folder_of(library) / FOLDER).rglob("*") if path.is_file())
    assert [word for word in (b"storm", b"sea", b"harbour", b"rain") if word in kept.lower()] == []


def test_two_do_not_do_it_at_once_and_writers_do_not_wait_for_it(library: Library) -> None:
    failures: list[LibraryBusy] = []

    def meanwhile(_stage: str, done: int, _total: int) -> None:
        if done == 0:
            with Turns(folder_of(library), wait_seconds=0):
                pass
            try:
                reindex(folder_of(library), words())
            except LibraryBusy as error:
                failures.append(error)

    reindex(folder_of(library), words(), progress=meanwhile)
    assert [error.problem for error in failures] == ["another process is embedding the library anew"] * len(
        failures
    )
    assert failures
    assert_as_new(folder_of(library), words())


def test_who_asks_meanwhile_sees_the_one_or_the_other_and_never_nothing(library: Library) -> None:
    """Two models in turn: each question's candidates are those of the version that it names."""
    kinds = {"word-storm-mast-crew-harbour-rain": words(), "word-broke-north": other()}
    expected = {}
    for fingerprint, embedder in kinds.items():
        fresh = Library.local(folder_of(library).with_name(fingerprint), embedder)
        fresh.add(DOCUMENTS)
        expected[fingerprint] = without_ids(asked(fresh))
        fresh.close()
    opened = Library.local(folder_of(library), words(), opener=lambda name: kinds[name.model])
    seen: list[tuple[str, list[tuple[Candidate, ...]]]] = []
    failures: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                found = asked(opened)
            except BaseException as error:  # noqa: BLE001 - the test's own thread
                failures.append(error)
                return
            if len({one.version for one in found}) == 1:
                seen.append((found[0].version.partition("-")[2], without_ids(found)))

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for fingerprint, embedder in [*kinds.items(), *reversed(kinds.items())]:
        reindex(folder_of(library), embedder, name=ModelName(fingerprint, "onnx"))
        deadline = time.monotonic() + 60
        while not failures and [version for version, _ in seen[-1:]] != [fingerprint]:
            assert time.monotonic() < deadline, "nobody came to see it"
            time.sleep(0.005)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert [version for version, found in seen if found != expected[version]] == []
    assert {version for version, _ in seen} == set(kinds)
    opened.close()


def test_killed_between_passages_and_indexes_the_next_opening_makes_them(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """As the files are then: those from before, whose stamp is whole."""
    library.close()
    before = folder_of(library).with_name("before")
    shutil.copytree(folder_of(library), before)
    reindex(folder_of(library), words())
    for name in ("vectors.faiss", "indexes.stamp"):
        shutil.copy(before / name, folder_of(library) / name)
    shutil.rmtree(folder_of(library) / "words")
    shutil.copytree(before / "words", folder_of(library) / "words")
    caplog.set_level(logging.WARNING)
    again = Library.local(folder_of(library), words())
    assert [record.getMessage() for record in caplog.records] == [
        "the indexes are missing, damaged or behind the store: they are made anew from it"
    ]
    again.close()
    assert_as_new(folder_of(library), words())
