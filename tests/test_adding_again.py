"""A file that is added again replaces what was taken from it, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adding_files import BATCH, added
from index.adding import add_files
from index.checking import check
from index.library import Library
from index.metadata import Metadata, Value
from index.walking import files_in
from kept_in import folder_of
from made_files import pdf
from three_texts import HARBOUR, RAIN, STORM, WORDS, document
from word_embedder import WordEmbedder


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder(*WORDS)


@pytest.fixture
def library(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Library]:
    opened = Library.local(tmp_path / "library", embedder)
    yield opened
    opened.checkpoint()
    report = check(folder_of(opened))
    assert (report.faults, report.notes) == ((), ())
    opened.close()


def statuses(library: Library, folder: Path) -> list[str]:
    return [one.status for one in added(library, folder)]


def held(library: Library) -> set[str]:
    """The texts in the library."""
    return {library.document(one.id).text for one in library.summaries()}


def lines(path: Path, *documents: dict[str, str]) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in documents))


def test_a_file_that_changed_is_replaced_and_the_others_are_unchanged(library: Library, folder: Path) -> None:
    for name, text in (("a.txt", STORM), ("b.txt", RAIN)):
        (folder / name).write_text(text)
    added(library, folder)
    (folder / "a.txt").write_bytes(HARBOUR.encode())
    outcomes = added(library, folder)
    assert [(one.status, one.documents, one.why) for one in outcomes] == [
        ("replaced", (document(HARBOUR).id,), ""),
        ("unchanged", (document(RAIN).id,), ""),
    ]
    assert held(library) == {HARBOUR, RAIN}
    assert statuses(library, folder) == ["unchanged", "unchanged"]


def test_of_a_file_that_changed_only_what_is_new_is_embedded(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    long = [f"Line {number}. {'The crew wrote home. ' * 8}".strip() for number in range(6)]
    text = "\n\n".join(long)
    (folder / "a.txt").write_text(text)
    added(library, folder)
    embedder.embedded = 0
    (folder / "a.txt").write_text(text.replace("Line 3.", "Line three."))
    assert statuses(library, folder) == ["replaced"]
    assert embedder.embedded == 1
    assert len(library) == 6


def test_a_folder_added_twice_embeds_nothing_and_reads_nothing(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    (folder / "a.txt").write_text(STORM)
    (folder / "b.pdf").write_bytes(pdf([RAIN]))
    lines(folder / "c.jsonl", {"text": HARBOUR}, {"text": STORM})
    first = added(library, folder)
    version, embedded = library.version, embedder.embedded
    assert [one.status for one in first] == ["added"] * 3
    again = added(library, folder)
    assert [one.status for one in again] == ["unchanged"] * 3
    assert [set(one.documents) for one in again] == [set(one.documents) for one in first]
    assert (library.version, embedder.embedded) == (version, embedded)


def test_a_text_that_two_files_lose_at_once_is_gone(library: Library, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(STORM)
    added(library, folder)
    for name, text in (("a.txt", RAIN), ("b.txt", HARBOUR)):
        (folder / name).write_bytes(text.encode())
    assert statuses(library, folder) == ["replaced", "replaced"]
    assert held(library) == {RAIN, HARBOUR}


def test_files_of_the_same_name_in_two_folders_are_two_files(library: Library, tmp_path: Path) -> None:
    for name, text in (("one", STORM), ("two", RAIN)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(text)
    assert [statuses(library, tmp_path / name) for name in ("one", "two")] == [["added"], ["added"]]
    assert held(library) == {STORM, RAIN}


def test_a_file_that_cannot_be_read_any_more_keeps_what_it_had(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM)
    added(library, folder)
    (folder / "a.txt").write_bytes(b"")
    assert statuses(library, folder) == ["failed"]
    assert held(library) == {STORM}


@pytest.mark.parametrize("named", [True, False], ids=["with ids", "without ids"])
def test_of_a_file_of_many_documents_the_library_holds_exactly_those_that_are_in_it_now(
    library: Library, folder: Path, embedder: WordEmbedder, named: bool
) -> None:
    def write(*numbers: int) -> set[str]:
        texts = {number: f"{number}. {STORM}" for number in numbers}
        name = [{"id": f"n{number}"} if named else {} for number in numbers]
        lines(folder / "a.jsonl", *({**one, "text": text} for one, text in zip(name, texts.values(), strict=True)))
        return set(texts.values())

    assert held(library) == set()
    before = write(*range(10))
    assert statuses(library, folder) == ["added"]
    assert held(library) == before
    embedder.embedded = 0
    after = write(20, *range(1, 5), *range(6, 10), 21)
    [one] = added(library, folder)
    assert (one.status, one.why) == (
        "replaced",
        "8 of 10 were there already; 2 of the 10 before are gone",
    )
    assert held(library) == after
    assert embedder.embedded == 2
    assert statuses(library, folder) == ["unchanged"]
    names = {"n20" if named else "1", "n9" if named else "9"}
    assert names <= {one.source.removeprefix("a.jsonl#") for one in library.summaries()}


def test_another_title_in_a_line_is_the_documents_title_and_what_went_before_is_gone(
    library: Library, folder: Path
) -> None:
    lines(folder / "a.jsonl", {"id": "x", "title": "Storm", "text": STORM}, {"id": "y", "text": RAIN})
    added(library, folder)
    lines(folder / "a.jsonl", {"id": "x", "title": "Tempest", "text": STORM}, {"id": "y", "text": RAIN})
    assert statuses(library, folder) == ["replaced"]
    assert [(one.title, one.source) for one in library.summaries()] == [
        ("Tempest", "a.jsonl#x"),
        ("a.jsonl y", "a.jsonl#y"),
    ]


def test_an_interrupted_replacement_goes_on_when_run_again(library: Library, folder: Path) -> None:
    lines(folder / "a.jsonl", *({"text": f"{number}. {STORM}"} for number in range(9)))
    added(library, folder)
    lines(folder / "a.jsonl", *({"text": f"{number}. {RAIN}"} for number in range(9)))

    def interrupt(*_: object) -> None:
        if len(library.summaries()) > 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(add_files(library, list(files_in(folder)), progress=interrupt, batch_characters=BATCH))
    assert statuses(library, folder) == ["replaced"]
    assert held(library) == {f"{number}. {RAIN}" for number in range(9)}


def test_a_folder_of_pictures_and_texts_is_no_failure_and_a_named_picture_is(
    library: Library, folder: Path
) -> None:
    (folder / "a.txt").write_text(STORM)
    (folder / "b.jpg").write_bytes(b"\xff\xd8\xff")
    assert statuses(library, folder) == ["added", "skipped"]
    [named] = add_files(library, list(files_in(folder / "b.jpg")))
    assert named.status == "failed"


def test_what_is_said_of_files_that_are_there_is_said_of_their_documents(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM)
    list(add_files(library, list(files_in(folder)), metadata=Metadata.of({"desk": "sea", "year": 1911})))
    known = document(STORM).id

    def told(**said: Value) -> tuple[str, dict[str, Value]]:
        [outcome] = add_files(library, list(files_in(folder)), metadata=Metadata.of(said))
        return outcome.status, library.summary(known).metadata.mapping()

    assert told(desk="land") == ("replaced", {"desk": "land", "year": 1911})
    before = library.version
    assert told(desk="land") == ("unchanged", {"desk": "land", "year": 1911})
    assert told() == ("unchanged", {"desk": "land", "year": 1911})
    assert library.version == before
    (folder / "copy.txt").write_text(STORM)
    assert [one.status for one in added(library, folder)] == ["unchanged", "unchanged"]
