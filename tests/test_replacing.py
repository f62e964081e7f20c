"""Documents take the place of others at once, and only what changed is embedded."""

import dataclasses
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.checking import check
from index.database import DATABASE
from index.documents import Document
from index.lexical import LexicalIndex
from index.library import Library
from index.passages import Candidate
from index.store import Store
from kept_in import folder_of
from three_texts import QUESTIONS, STORM, WORDS, by_place, document, words
from word_embedder import WordEmbedder


@pytest.fixture
def embedder() -> WordEmbedder:
    return words()


@pytest.fixture
def library(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Library]:
    opened = Library.local(tmp_path / "library", embedder)
    yield opened
    opened.close()


def found(library: Library) -> list[list[Candidate]]:
    """What is found for each question."""
    return [by_place(library.search(question, depth=100)) for question in QUESTIONS]


def assert_holds(library: Library, *documents: Document) -> None:
    """The library holds these and nothing else, and finds what a new one finds."""
    assert {one.id: one for one in map(library.document, (s.id for s in library.summaries()))} == {
        one.id: one for one in documents
    }
    fresh = Library.local(folder_of(library).with_name("fresh"), words())
    fresh.add(documents)
    assert found(library) == found(fresh)
    fresh.remove(*(one.id for one in fresh.summaries()))
    fresh.close()
    library.checkpoint()
    report = check(folder_of(library))
    assert (report.faults, report.notes) == ((), ())


def test_what_is_replaced_is_there_or_not_as_a_whole_for_who_reads_the_store(
    library: Library, tmp_path: Path
) -> None:
    ones = [document(f"{STORM} {number}.") for number in range(8)]
    library.add(ones[:4])
    store = Store(tmp_path / "library" / DATABASE)
    seen: set[tuple[str, ...]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(tuple(store.document_ids()))

    reader = threading.Thread(target=read)
    reader.start()
    before, after = ones[:4], ones[4:]
    for _ in range(10):
        library.replace([one.id for one in before], after)
        before, after = after, before
    done.set()
    reader.join()
    store.close()
    assert seen <= {tuple(one.id for one in half) for half in (ones[:4], ones[4:])}


@given(st.integers(0, 199))
@settings(deadline=None, max_examples=3)
def test_of_two_hundred_paragraphs_one_that_changed_costs_three_passages_at_most(
    tmp_path_factory: pytest.TempPathFactory, place: int
) -> None:
    chance = random.Random(place)
    paragraphs = [
        " ".join(chance.choices(("storm", "mast", "crew", "home"), k=chance.randint(2, 90))) for _ in range(200)
    ]
    embedder = WordEmbedder(*WORDS, max_tokens=240)
    library = Library.local(tmp_path_factory.mktemp("library") / "library", embedder)
    before = document("\n\n".join(paragraphs), "letters")
    library.add([before])
    assert embedder.embedded == len(library) > 90
    embedder.embedded = 0
    paragraphs[place] = "The harbour master wrote to the crew."
    after = document("\n\n".join(paragraphs), "letters")
    library.replace([before.id], [after])
    assert 1 <= embedder.embedded <= 3
    fresh = Library.local(folder_of(library).with_name("fresh"), WordEmbedder(*WORDS, max_tokens=240))
    fresh.add([after])
    assert found(library) == found(fresh)
    library.close()
    fresh.close()


def test_what_was_replaced_is_in_no_derived_file(tmp_path: Path) -> None:
    """The vector goes from the file, and no file of the word index is an old one."""
    library = Library.local(tmp_path, WordEmbedder(*WORDS))
    library.add([document("mast mast storm"), document("rain")])
    library.checkpoint()
    store = Store(tmp_path / DATABASE)
    [mast] = store.passages_of(document("mast mast storm").id)
    store.close()
    row = mast.vectors[0].astype("<f2").tobytes()
    vectors, segments = tmp_path / "vectors.faiss", {path.name for path in (tmp_path / "words").glob("*.term")}
    assert row in vectors.read_bytes()
    library.replace([document("mast mast storm").id], [document("crew")])
    assert row not in vectors.read_bytes()
    assert segments.isdisjoint(path.name for path in (tmp_path / "words").glob("*.term"))
    assert LexicalIndex.existing(tmp_path / "words").searcher().holding(int(mast.termed.codes[0])) == 0
    library.close()


def test_a_document_read_before_is_read_as_it_is_now_in_every_process(library: Library) -> None:
    storm = document(STORM)
    library.add([storm])
    other = Library.local(folder_of(library), words())
    assert [one.document(storm.id) for one in (library, other)] == [storm, storm]
    renamed = dataclasses.replace(storm, title="Shipwreck")
    other.replace([storm.id], [renamed])
    assert [one.document(storm.id) for one in (library, other)] == [renamed, renamed]
    other.close()
