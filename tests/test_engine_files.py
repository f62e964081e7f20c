"""Whatever engine keeps a library: a file that is added again replaces what was taken from it, and nothing else."""

import json
from pathlib import Path

import pytest

from adding_files import added
from engines import Place
from index.documents import Document
from index.library import Library
from index.metadata import Metadata
from index.origins import File, Known, key
from three_texts import HARBOUR, RAIN, STORM, document

SHA = "ab" * 32


@pytest.fixture
def library(place: Place) -> Library:
    return place.open()


def statuses(library: Library, folder: Path) -> list[str]:
    return [one.status for one in added(library, folder)]


def held(library: Library) -> set[str]:
    """The texts in the library."""
    return {library.document(one.id).text for one in library.summaries()}


def lines(path: Path, *documents: dict[str, str]) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in documents), encoding="utf-8")


def file(path: str, *documents: Document, sha256: str | None = SHA) -> File:
    return File(path, path, "text/plain", sha256, tuple(one.id for one in documents))


def test_a_file_that_changed_is_replaced_and_the_others_are_unchanged(library: Library, folder: Path) -> None:
    for name, text in (("a.txt", STORM), ("b.txt", RAIN)):
        (folder / name).write_text(text)
    added(library, folder)
    (folder / "a.txt").write_bytes(HARBOUR.encode())
    assert statuses(library, folder) == ["replaced", "unchanged"]
    assert held(library) == {HARBOUR, RAIN}
    version = library.version
    assert statuses(library, folder) == ["unchanged", "unchanged"]
    assert library.version == version


def test_a_text_that_another_file_holds_too_is_kept(library: Library, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(STORM)
    assert statuses(library, folder) == ["added", "unchanged"]
    (folder / "a.txt").write_text(RAIN)
    assert statuses(library, folder) == ["replaced", "unchanged"]
    assert held(library) == {STORM, RAIN}
    (folder / "b.txt").write_text(RAIN)
    assert statuses(library, folder) == ["unchanged", "replaced"]
    assert held(library) == {RAIN}


def test_two_files_may_change_places(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM)
    (folder / "b.txt").write_text(RAIN)
    added(library, folder)
    (folder / "a.txt").write_text(RAIN)
    (folder / "b.txt").write_text(STORM)
    added(library, folder)
    assert held(library) == {STORM, RAIN}
    assert statuses(library, folder) == ["unchanged", "unchanged"]


def test_a_file_that_was_moved_is_still_the_one_that_is_replaced(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM)
    added(library, folder)
    (folder / "a.txt").rename(folder / "b.txt")
    assert statuses(library, folder) == ["unchanged"]
    (folder / "b.txt").write_text(RAIN)
    added(library, folder)
    assert held(library) == {RAIN}


def test_what_was_added_otherwise_is_kept_when_a_file_of_the_same_text_changes(
    library: Library, folder: Path
) -> None:
    library.add([document(STORM)])
    (folder / "a.txt").write_text(STORM)
    assert statuses(library, folder) == ["unchanged"]
    (folder / "a.txt").write_text(RAIN)
    assert statuses(library, folder) == ["replaced"]
    assert held(library) == {STORM, RAIN}


def test_a_removed_document_is_there_again_when_its_file_is_added_again(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM)
    added(library, folder)
    library.remove(document(STORM).id)
    assert statuses(library, folder) == ["added"]
    assert held(library) == {STORM}


def test_a_removed_document_that_is_uploaded_again_does_not_go_with_the_file_that_once_held_it(
    place: Place, library: Library
) -> None:
    storm, rain = document(STORM), document(RAIN)
    library.take([storm, rain], [file("/a", storm, rain)])
    library.remove(storm.id)
    library.add([storm])
    assert library.file("/a") == Known(SHA, "text/plain", (rain.id,), 2)
    assert library.forget(["/a"]) == {"/a": (rain.id,)}
    place.assert_holds(library, storm)


def test_of_a_file_of_many_documents_the_library_holds_those_that_are_in_it_now(
    place: Place, library: Library, folder: Path
) -> None:
    def write(*numbers: int) -> set[str]:
        texts = {number: f"{number}. {STORM}" for number in numbers}
        lines(folder / "a.jsonl", *({"id": f"n{number}", "text": text} for number, text in texts.items()))
        return set(texts.values())

    before = write(*range(10))
    assert statuses(library, folder) == ["added"]
    assert held(library) == before
    library.close()
    again = place.open()
    after = write(20, *range(1, 5), *range(6, 10), 21)
    assert statuses(again, folder) == ["replaced"]
    assert held(again) == after
    assert statuses(again, folder) == ["unchanged"]


def test_a_file_is_known_with_what_it_held(library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    assert library.file("/a") is None
    assert library.take([storm, rain], [file("/a", storm, rain)]).new == (storm, rain)
    assert library.file("/a") == Known(SHA, "text/plain", (storm.id, rain.id), 2)
    library.remove(storm.id)
    assert library.file("/a") == Known(SHA, "text/plain", (rain.id,), 2)
    assert not library.file("/a").still(SHA, "text/plain")


def test_a_part_of_a_file_is_none_that_is_known(library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    library.take([storm], [file("/a", storm, sha256=None)])
    assert (library.file("/a"), library.files("/a")) == (None, [])
    library.take([rain], [file("/a", storm, rain)])
    assert library.file("/a") == Known(SHA, "text/plain", (storm.id, rain.id), 2)
    assert library.files("/a") == ["/a"]


def test_the_same_text_in_a_file_takes_over_with_its_own_title(place: Place, library: Library) -> None:
    storm = document(STORM)
    renamed = Document.from_text(STORM, title="Tempest", source="/a", metadata=Metadata.of({"year": 1911}))
    library.take([storm], [file("/a", storm)])
    assert library.take([renamed], [file("/a", renamed, sha256="cd" * 32)]).updated == (renamed,)
    place.assert_holds(library, renamed)
    rain = document(RAIN)
    library.take([rain], [file("/a", rain, sha256="ef" * 32)])
    place.assert_holds(library, rain)


def test_the_files_in_a_folder_are_those_whose_path_begins_with_it(library: Library, folder: Path) -> None:
    paths = [folder / name for name in ("a", "a b/c", "a/é", 'a/"', "a/%", "ab", "a/b/c/d")]
    for number, path in enumerate(paths):
        one = document(f"{STORM} {number}")
        library.take([one], [file(key(path), one)])
    assert library.files(key(folder / "a")) == sorted(
        key(path) for path in (paths[0], paths[2], *paths[3:5], paths[6])
    )
    assert library.files(key(folder)) == sorted(map(key, paths))
    assert library.files(key(folder / "A")) == []
    assert library.forget([key(paths[2])]) == {key(paths[2]): (document(f"{STORM} 2").id,)}
    assert key(paths[2]) not in library.files(key(folder))


def test_what_came_from_files_that_are_gone_goes_with_them(place: Place, library: Library, folder: Path) -> None:
    storm, rain, harbour = map(document, (STORM, RAIN, HARBOUR))
    kept, gone, other = (key(folder / name) for name in ("kept", "gone", "other"))
    (folder / "kept").write_text(STORM)
    library.add([harbour])
    library.take([storm], [file(kept, storm)])
    library.take([storm, rain, harbour], [file(gone, storm, rain, harbour), file(other, rain)])
    version = library.version
    assert library.forget([]) == {}
    assert library.version == version
    assert library.forget([gone]) == {gone: (rain.id,)}  # no file is at the other's path
    place.assert_holds(library, storm, harbour)
    assert (library.file(gone), library.files(key(folder))) == (None, sorted([kept, other]))
    library.close()
    assert place.open().files(key(folder)) == sorted([kept, other])


def test_a_file_is_remembered_whatever_it_is_called(place: Place, library: Library) -> None:
    """Also where what is kept of it is more than a field of any engine holds."""
    many = [document(f"The crew of number {number}.") for number in range(30)]
    ids = tuple(one.id for one in many)
    for path in ("/é" * 40_000, "/a'b\"c\\d%_\n", "/x//y/", " "):
        library.take(many, [File(path, "test", "text/plain", SHA, ids)])
        assert library.file(path) == Known(SHA, "text/plain", ids, 30)
        again = place.open()
        changed = File(path, "test", "text/plain", "cd" * 32, ids[1:])
        assert again.take(many[1:], [changed]).unchanged == tuple(many[1:])
        assert again.file(path).of == 29
        assert again.forget([path]) == {path: ids[1:]}
        assert library.file(path) is None
