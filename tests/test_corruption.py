"""Whatever becomes of the files: indexes are made anew, and a damaged database is said to be damaged.

The issue's other promises have their tests elsewhere: killed processes in ``test_faults``, full disks in
``test_full_disk``, a second writer in ``test_turns``, another model in ``test_library`` and ``test_reindexing``,
what ``pincite check`` finds in ``test_checking``, backups in ``test_backup``.
"""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.checking import check
from index.compiled import CompiledEmbedder
from index.database import DATABASE, DamagedStore
from index.errors import PinciteError
from index.formats.reading import read
from index.library import Library
from index.passages import Neighbours
from index.store import Store
from paths import SEED
from three_texts import DOCUMENTS, RAIN, asked, document, words

REBUILT = "the indexes are missing, damaged or behind the store: they are made anew from it"
PAGE_BYTES = 4096
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library that was added to and removed from; beside it in ``old`` what it was before."""
    folder = tmp_path_factory.mktemp("made") / "library"
    library = Library.local(folder, words())
    library.add(DOCUMENTS[:2])
    library.close()
    shutil.copytree(folder, folder / "old")
    library = Library.local(folder, words())
    library.add(DOCUMENTS[2:])
    library.remove(document(RAIN).id)
    library.add([document(RAIN)])
    library.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of that library, to be damaged."""
    shutil.copytree(made, tmp_path / "library")
    return tmp_path / "library"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path, *, begin: int = 0, length: int = 1 << 30) -> None:
    """Overwrite a file, or a part of it, with random bytes; its size stays."""
    content = path.read_bytes()
    noise = random.Random(begin).randbytes(min(length, len(content) - begin))
    path.write_bytes(content[:begin] + noise + content[begin + len(noise) :])


def flip_last(path: Path) -> None:
    """Change one bit of a file's last byte."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def old(name: str) -> Damage:
    """Puts back what was there before."""

    def put_back(folder: Path) -> None:
        there, before = folder / name, folder / "old" / name
        if there.is_dir():
            shutil.rmtree(there)
            shutil.copytree(before, there)
        else:
            shutil.copy(before, there)

    return put_back


def all_old(folder: Path) -> None:
    for name in ("vectors.faiss", "words", "indexes.stamp"):
        old(name)(folder)


def each_word_file(damage: Damage) -> Damage:
    return lambda folder: [damage(path) for path in (folder / "words").iterdir()]


def word_file(pattern: str, damage: Damage) -> Damage:
    return lambda folder: damage(next((folder / "words").glob(pattern)))


INDEXES: dict[str, Damage] = {
    "vectors missing": lambda folder: (folder / "vectors.faiss").unlink(),
    "vectors old": old("vectors.faiss"),
    "vectors cut": lambda folder: cut(folder / "vectors.faiss"),
    "vectors empty": lambda folder: (folder / "vectors.faiss").write_bytes(b""),
    "vectors garbage": lambda folder: garble(folder / "vectors.faiss"),
    "vectors garbage behind the head": lambda folder: garble(folder / "vectors.faiss", begin=100),
    "a bit of the vectors": lambda folder: flip_last(folder / "vectors.faiss"),
    "words missing": lambda folder: shutil.rmtree(folder / "words"),
    "words old": old("words"),
    "words cut": each_word_file(cut),
    "words empty": each_word_file(lambda path: path.write_bytes(b"")),
    "words garbage": each_word_file(garble),
    "words a file": lambda folder: (shutil.rmtree(folder / "words"), (folder / "words").write_text("words")),
    "no word file": each_word_file(Path.unlink),
    "a word file missing": word_file("*.pos", Path.unlink),
    "a word file garbage": word_file("*.term", garble),
    "a word file's bit": word_file("*.idx", flip_last),
    "the list of word files cut": word_file("meta.json", cut),
    "stamp missing": lambda folder: (folder / "indexes.stamp").unlink(),
    "stamp old": old("indexes.stamp"),
    "stamp cut": lambda folder: cut(folder / "indexes.stamp"),
    "stamp garbage": lambda folder: garble(folder / "indexes.stamp"),
    "stamp of an earlier Pincite": lambda folder: (folder / "indexes.stamp").write_text(
        "generation 4, 9 vectors\n"
    ),
    "all old": all_old,
    "all missing": lambda folder: [
        (folder / "indexes.stamp").unlink(),
        (folder / "vectors.faiss").unlink(),
        shutil.rmtree(folder / "words"),
    ],
}


@pytest.mark.parametrize("damage", INDEXES.values(), ids=INDEXES)
def test_damaged_indexes_are_made_anew_with_a_log_line_and_answer_the_same_bit_for_bit(
    made: Path, folder: Path, caplog: pytest.LogCaptureFixture, damage: Damage
) -> None:
    damage(folder)
    embedder = words()
    again = Library.local(folder, embedder)
    assert [record.getMessage() for record in caplog.records] == [REBUILT]
    sound = Library.local(made, words())
    assert asked(again) == asked(sound)
    assert [record.getMessage() for record in caplog.records] == [REBUILT]
    assert embedder.embedded == 0
    for each in (again, sound):
        each.close()
    assert (check(folder).faults, check(folder).notes) == ((), ())


NO_DATABASE: dict[str, tuple[Damage, str]] = {
    "missing": (Path.unlink, "it is missing or empty, and its indexes are there"),
    "empty": (lambda path: path.write_bytes(b""), "it is missing or empty, and its indexes are there"),
    "garbage": (garble, "file is not a database"),
    "the head garbage": (lambda path: garble(path, length=100), "file is not a database"),
    "cut in its head": (lambda path: path.write_bytes(path.read_bytes()[:60]), "database disk image is malformed"),
}


@pytest.mark.parametrize(("damage", "said"), NO_DATABASE.values(), ids=NO_DATABASE)
def test_what_is_no_database_any_more_is_not_opened_and_not_changed(
    folder: Path, damage: Damage, said: str
) -> None:
    path = folder / DATABASE
    damage(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(DamagedStore) as caught:
        Library.local(folder, words())
    assert caught.value.problem == f"the database {path} is damaged ({said})"
    assert caught.value.remedy.startswith("restore a backup with 'pincite restore FILE --force'")
    assert (path.read_bytes() if path.exists() else None) == before
    assert found_by_check(folder)


@pytest.fixture(scope="module")
def article(embedder: CompiledEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library of the seed article: long texts and vectors, that take up several pages each."""
    folder = tmp_path_factory.mktemp("article") / "library"
    library = Library.local(folder, embedder)
    library.add(one.document for one in read(SEED))
    library.close()
    return folder


QUESTIONS = ("who took responsibility?", "Which city hosted the meeting?", "What was said about compensation?")


def answers(folder: Path, embedder: CompiledEmbedder) -> list[Neighbours | str] | None:
    """What is found and cited, None where an error said so at any step."""
    try:
        library = Library.local(folder, embedder)
    except PinciteError:
        return None
    try:
        found = [library.search(question) for question in QUESTIONS]
        texts = [library.document(one.id).text for one in library.summaries()]
    except PinciteError:
        return None
    else:
        return [*found, *texts]
    finally:
        library.close()


@pytest.mark.parametrize("noise", ["random", "zeros"])
def test_a_page_that_is_overwritten_is_found_by_check_and_never_answered_from(
    embedder: CompiledEmbedder, article: Path, tmp_path: Path, noise: str
) -> None:
    """Each page in turn: the questions are refused, or answered as before where they do not need it."""
    expected = answers(article, embedder)
    assert expected is not None
    whole = (article / DATABASE).read_bytes()
    outcomes = []
    for begin in range(0, len(whole), PAGE_BYTES):
        shutil.copytree(article, tmp_path / "library")
        path = tmp_path / "library" / DATABASE
        if noise == "random":
            garble(path, begin=begin, length=PAGE_BYTES)
        else:
            path.write_bytes(whole[:begin] + bytes(PAGE_BYTES) + whole[begin + PAGE_BYTES :])
        damaged = path.read_bytes()
        outcomes.append(
            (begin // PAGE_BYTES, found_by_check(tmp_path / "library"), answers(tmp_path / "library", embedder))
        )
        assert path.read_bytes() == damaged, "it was changed"
        shutil.rmtree(tmp_path / "library")
    assert [page for page, checked, _ in outcomes if not checked] == []
    assert [page for page, _, found in outcomes if found not in (None, expected)] == []
    assert sum(found is None for _, _, found in outcomes) > len(outcomes) / 2


def found_by_check(folder: Path) -> bool:
    try:
        return check(folder).faults != ()
    except PinciteError:
        return True


@pytest.mark.parametrize("kept", [1, 2, 5, 9, 15])
def test_a_database_that_is_cut_is_found_by_check_and_never_answered_from(
    embedder: CompiledEmbedder, article: Path, tmp_path: Path, kept: int
) -> None:
    shutil.copytree(article, tmp_path / "library")
    path = tmp_path / "library" / DATABASE
    path.write_bytes(path.read_bytes()[: kept * PAGE_BYTES])
    assert found_by_check(tmp_path / "library")
    assert answers(tmp_path / "library", embedder) is None
    with pytest.raises(DamagedStore):
        Store(path).document_ids()
