"""A library is copied from one engine to another with its vectors as they are."""

import contextlib
import dataclasses
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.copying import Copied, copy
from index.documents import Page
from index.embedding import Vectors
from index.fingerprints import ModelName, OtherModel, sign
from index.library import Library
from index.metadata import Metadata
from index.milvus.address import Address
from index.milvus.engine import MilvusEngine
from index.origins import File
from index.passages import Candidate
from index.spans import Span
from milvus_lite import MilvusLite, milvus_lite
from three_texts import DOCUMENTS, HARBOUR, RAIN, WORDS, asked, by_place, document, words
from word_embedder import WordEmbedder

Command = Callable[..., subprocess.CompletedProcess[str]]
PAGED = dataclasses.replace(
    document("Ink on 🗺️ paper.\nThe crew e\u0301crit.", "a log"),
    pages=(Page(1, "i", Span(0, 17)), Page(2, "ii", Span(18, 33))),
    metadata=Metadata.of({"year": 1912, "kind": "log"}),
    url="https://example.org/log",
)


class Refusing(WordEmbedder):
    """Fits the libraries of ``words()``, and embeds no passage."""

    def embed_passage(self, text: str, _: Sequence[Span], *, context: str = "") -> Vectors:
        raise AssertionError(f"a passage was embedded: {context} {text}")


def refusing() -> WordEmbedder:
    return Refusing(*WORDS, max_tokens=9)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusLite]:
    with milvus_lite(tmp_path_factory.mktemp("copying") / "milvus") as running:
        yield running


@pytest.fixture
def there(server: MilvusLite, request: pytest.FixtureRequest) -> Iterator[Library]:
    """An empty library in Milvus, of this test's own."""
    prefix = request.node.name.partition("[")[0]
    with contextlib.closing(Library(MilvusEngine(Address(server.uri, prefix=prefix[:64]), refusing()))) as library:
        yield library


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Library]:
    """A library in a folder, of two files and of what came from elsewhere."""
    with contextlib.closing(Library.local(tmp_path / "here", words())) as library:
        library.seed(list)
        library.add([document(RAIN)])
        one = File("/shelf/one.txt", "one.txt", "text/plain", "1" * 64, (DOCUMENTS[0].id, DOCUMENTS[1].id))
        two = File("/shelf/two.txt", "two.txt", "text/plain", "2" * 64, (PAGED.id,))
        library.take([DOCUMENTS[0], document(RAIN)], [one])
        library.take([PAGED], [two])
        library.add([document(HARBOUR)])
        yield library


def kept(library: Library) -> object:
    """Everything that is to be the same in a copy."""
    store, traces = library.engine.store, library.engine.traces
    ids = [one.id for one in library.summaries()]
    return (
        [library.document(one) for one in ids],
        [
            [(s.passage.sentences, s.termed.codes.tolist(), s.vectors.tolist()) for s in store.passages_of(i)]
            for i in ids
        ],
        traces.paths(ids),
        [(path, traces.file(path), traces.held(path)) for path in traces.inside("")],
        [store.meta(key) for key in ("fingerprint", "seeded", "model", "runtime")],
        (len(library), library.document_count),
    )


def found(library: Library) -> list[list[Candidate]]:
    """What the library finds for each question."""
    return [by_place(neighbours) for neighbours in asked(library)]


def test_a_copy_keeps_everything_and_answers_the_same_and_nothing_is_embedded(
    here: Library, there: Library
) -> None:
    assert copy(here.engine, there.engine) == Copied(4, len(here), 0)
    assert kept(there) == kept(here)
    assert [len(candidates) for candidates in found(here)] == [len(here)] * 5
    assert found(there) == found(here)


def test_a_copy_back_is_the_library_that_it_began_with(here: Library, there: Library, tmp_path: Path) -> None:
    copy(here.engine, there.engine)
    with contextlib.closing(Library.local(tmp_path / "back", refusing())) as back:
        copy(there.engine, back.engine)
        assert kept(back) == kept(here)
        assert found(back) == found(here)


def test_a_copy_that_was_interrupted_goes_on_behind_the_last_batch(there: Library, tmp_path: Path) -> None:
    def interrupt(_: str, done: int, __: int) -> None:
        if done == 550:
            raise KeyboardInterrupt

    with contextlib.closing(Library.local(tmp_path / "many", words())) as many:
        many.add([document(f"The crew slept {number} times.") for number in range(600)])
        with pytest.raises(KeyboardInterrupt):
            copy(many.engine, there.engine, progress=interrupt)
        assert there.document_count == len(there) == 512
        assert copy(many.engine, there.engine) == Copied(88, 88, 512)
        assert [one.id for one in there.summaries()] == [one.id for one in many.summaries()]


def test_a_second_copy_writes_what_is_missing_or_other(here: Library, there: Library) -> None:
    copy(here.engine, there.engine)
    here.describe([PAGED.id], Metadata.of({"year": 1913}))
    here.add([document("Nobody slept in the harbour.")])
    assert copy(here.engine, there.engine) == Copied(2, 2, 3)
    assert there.document(PAGED.id) == here.document(PAGED.id)
    assert kept(there) == kept(here)
    assert copy(here.engine, there.engine) == Copied(0, 0, 5)


def test_a_copy_leaves_what_is_there_beside_it(here: Library, there: Library, tmp_path: Path) -> None:
    with contextlib.closing(Library.local(tmp_path / "other", words())) as other:
        other.add([document("Rain again.")])
        copy(other.engine, there.engine)
    copy(here.engine, there.engine)
    assert [one.title for one in there.summaries()] == ["Rain agai", *(one.title for one in here.summaries())]


def test_libraries_of_different_models_are_not_mixed(here: Library, there: Library) -> None:
    store = here.engine.store
    with store.transaction():
        sign(store, WordEmbedder("other"), ModelName("other", "onnx"))
    with pytest.raises(OtherModel, match="are of different models, word-other and word-storm-mast"):
        copy(here.engine, there.engine)
    assert there.document_count == 0


def test_the_command_copies_the_library_of_the_settings_there_and_back(
    server: MilvusLite, command: Command, tmp_path: Path
) -> None:
    where = {"PINCITE_MILVUS_URI": server.uri, "PINCITE_MILVUS_PREFIX": "command"}
    copied = command("copy", "--to", "milvus", **where)
    assert (copied.returncode, copied.stdout) == (0, "1 documents copied, 10 passages; 0 were there already\n")
    question = ("ask", "who took responsibility?")
    there = command(*question, PINCITE_ENGINE="milvus", **where)
    assert (there.stdout, there.returncode) == (command(*question).stdout, 0)
    back = command("copy", "--to", "local", PINCITE_DATA=str(tmp_path), PINCITE_ENGINE="milvus", **where)
    assert back.stdout == copied.stdout
    assert command("check", PINCITE_DATA=str(tmp_path)).returncode == 0
    assert command(*question, PINCITE_DATA=str(tmp_path)).stdout == there.stdout
