"""The derived indexes hold what the store holds, or are made anew from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.documents import Document
from index.ingesting import ingest
from index.lexical import LexicalIndex
from index.progress import silent
from index.snapshot import STAGE, Derived, Snapshot
from index.store import Store
from index.terms import codes
from index.vectors import VectorIndex
from word_embedder import WordEmbedder

EMBEDDER = WordEmbedder("storm", "mast", "crew")
TEXTS = ("The storm broke the mast.", "The crew slept. No storm came.", "Nothing happened.")


def document(text: str) -> Document:
    return Document.from_text(text, title=text[:9], source="test")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of three documents of one passage each."""
    opened = Store(tmp_path / "library.sqlite3")
    ingest(opened, [document(text) for text in TEXTS], EMBEDDER, silent)
    yield opened
    opened.close()


@pytest.fixture
def derived(tmp_path: Path) -> Derived:
    return Derived(tmp_path, EMBEDDER.dimension)


def found(snapshot: Snapshot) -> tuple[int, int, list[int], list[int]]:
    """Its generation, its last passage, and what it finds by meaning and by words."""
    near = snapshot.vectors.search(EMBEDDER.embed_question("crew"), 9).tolist()
    worded = snapshot.lexical.search(codes(["storm"]), 9)
    return snapshot.generation, snapshot.last_passage, near, worded


def test_there_is_nothing_to_read_before_it_is_built(store: Store, derived: Derived) -> None:
    assert derived.read(store) is None


def test_it_is_built_from_the_store_passage_by_passage(store: Store, derived: Derived) -> None:
    reports: list[tuple[str, int, int]] = []
    snapshot = derived.rebuild(store, lambda *report: reports.append(report))
    assert found(snapshot) == (1, 3, [2, 1, 3], [1, 2])
    assert (len(snapshot.vectors), len(snapshot.lexical)) == (3, 3)
    assert reports == [(STAGE, 1, 3), (STAGE, 2, 3), (STAGE, 3, 3)]


def test_what_was_built_is_read(store: Store, derived: Derived) -> None:
    built = derived.rebuild(store, silent)
    read = derived.read(store)
    assert read is not None
    assert (read.stamp, found(read)) == (built.stamp, found(built))
    assert built.stamp == "generation 1, last passage 3, 3 vectors, 3 passages\n"


def test_it_is_extended_by_what_the_store_has_had_since(store: Store, derived: Derived) -> None:
    before = derived.rebuild(store, silent)
    ingest(store, [document("A crew in a storm.")], EMBEDDER, silent)
    after = derived.extend(before, store)
    assert found(after) == (2, 4, [4, 2, 1, 3], [4, 1, 2])
    assert found(before) == (1, 3, [2, 1, 3], [1, 2])


def test_it_shrinks_by_a_document(store: Store, derived: Derived) -> None:
    before = derived.rebuild(store, silent)
    with store.transaction():
        store.remove_document(document(TEXTS[1]).id)
    after = derived.exchange(before, store, [2])
    assert found(after) == (2, 3, [1, 3], [1])
    assert found(before) == (1, 3, [2, 1, 3], [1, 2])


def test_files_that_are_behind_are_not_read_until_they_are_written(store: Store, derived: Derived) -> None:
    before = derived.rebuild(store, silent)
    ingest(store, [document("A crew in a storm.")], EMBEDDER, silent)
    after = derived.extend(before, store)
    assert derived.read(store) is None
    derived.write(after)
    read = derived.read(store)
    assert read is not None
    assert found(read) == found(after)


def test_files_of_another_generation_are_not_read(store: Store, derived: Derived) -> None:
    derived.rebuild(store, silent)
    with store.transaction():
        store.set_meta("key", "value")
    assert derived.read(store) is None


def test_files_of_another_dimension_are_not_read(store: Store, derived: Derived, tmp_path: Path) -> None:
    derived.rebuild(store, silent)
    assert Derived(tmp_path, EMBEDDER.dimension + 1).read(store) is None


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "damage", [Path.unlink, cut_in_half, lambda path: path.write_bytes(b"\xff")], ids=["deleted", "halved", "other"]
)
def test_every_file_is_missed_and_every_cut_noticed(
    store: Store, derived: Derived, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    expected = found(derived.rebuild(store, silent))
    names = sorted(path.name for path in (tmp_path / "words").iterdir() if not path.name.startswith("."))
    kinds = sorted(name.rpartition(".")[2] for name in names)
    assert kinds == ["fast", "fieldnorm", "idx", "json", "pos", "store", "term"]
    for place in range(len(names) + 2):
        words = [path for path in (tmp_path / "words").iterdir() if not path.name.startswith(".")]
        files = [*sorted(words), tmp_path / "vectors.faiss", tmp_path / "indexes.stamp"]
        damage(files[place])
        assert derived.read(store) is None
        assert found(derived.rebuild(store, silent)) == expected


def test_files_that_hold_other_than_the_stamp_says_are_not_read(
    store: Store, derived: Derived, tmp_path: Path
) -> None:
    derived.rebuild(store, silent)
    LexicalIndex(tmp_path / "words").add([(99, [1])])
    assert derived.read(store) is None
    derived.rebuild(store, silent)
    VectorIndex.empty(EMBEDDER.dimension).write(tmp_path / "vectors.faiss")
    assert derived.read(store) is None
