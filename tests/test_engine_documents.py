"""Whatever engine keeps a library: what is added is found exactly, and gone when it is removed."""

import dataclasses
import threading
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest

from engines import Place
from index.documents import Document, Page
from index.exchanging import Added
from index.fingerprints import OtherModel
from index.library import Library, UnknownDocument
from index.metadata import Metadata
from index.progress import silent
from index.spans import Span
from three_texts import DOCUMENTS, HARBOUR, QUESTIONS, RAIN, STORM, document, words
from word_embedder import WordEmbedder

UNKNOWN = "0123456789abcdef"
Spans = dict[str, set[Span]]


@pytest.fixture
def embedder() -> WordEmbedder:
    return words()


@pytest.fixture
def library(place: Place, embedder: WordEmbedder) -> Library:
    return place.open(embedder)


def found(library: Library, question: str = "crew") -> set[str]:
    """The documents found."""
    return {one.passage.document_id for one in library.search(question, depth=100).candidates}


def spans(library: Library) -> Spans:
    """Where the passages stand that are found of each document: all that there are."""
    held = defaultdict(set)
    for one in library.search("crew", depth=100).candidates:
        held[one.passage.document_id].add(one.passage.span)
    return dict(held)


def test_an_empty_library_finds_nothing(library: Library) -> None:
    for question in QUESTIONS:
        neighbours = library.search(question)
        assert (neighbours.candidates, neighbours.passages) == ((), 0)
    assert (len(library), library.document_count, library.summaries()) == (0, 0, [])


def test_what_is_added_is_found_on_return_with_the_signals_of_any_other_engine(
    place: Place, library: Library
) -> None:
    library.add(DOCUMENTS)
    place.assert_holds(library, *DOCUMENTS)


def test_adding_says_what_is_new_and_what_was_there(library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    assert library.add([storm]) == Added(new=(storm,), unchanged=())
    assert library.add([rain, storm, rain]) == Added(new=(rain,), unchanged=(storm,))
    assert library.add([]) == Added(new=(), unchanged=())
    assert [one.id for one in library.summaries()] == [storm.id, rain.id]


def test_a_document_that_is_there_stays_as_it_is(place: Place, library: Library) -> None:
    storm = document(STORM, "at sea")
    library.add([storm])
    version = library.version
    library.add([dataclasses.replace(storm, title="another", context="another")])
    assert library.version == version
    place.assert_holds(library, storm)


def test_documents_are_listed_in_pages_in_the_order_in_which_they_were_added(library: Library) -> None:
    texts = [document(f"{RAIN} {number}") for number in range(7)]
    for batch in (texts[:3], texts[3:4], texts[4:]):
        library.add(batch)
    expected = [one.id for one in texts]
    assert [one.id for one in library.summaries()] == expected
    pages: list[str] = []
    after = 0
    while page := library.summaries(after=after, limit=2):
        assert len(page) == min(2, 7 - len(pages))
        pages += [one.id for one in page]
        after = page[-1].position
    assert pages == expected
    assert library.summaries(limit=0) == []
    positions = [one.position for one in library.summaries()]
    assert positions == sorted(set(positions))


def test_a_summary_says_what_its_document_is(library: Library) -> None:
    harbour = dataclasses.replace(
        document(HARBOUR), media_type="text/html", original_sha256="ab" * 32, metadata=Metadata.of({"year": 1911})
    )
    library.add([harbour])
    one = library.summary(harbour.id)
    assert (one.id, one.title, one.source, one.sha256) == (harbour.id, HARBOUR[:9], "test", harbour.sha256)
    assert (one.length, one.passages, one.media_type) == (len(HARBOUR), len(library), "text/html")
    assert (one.original_sha256, one.metadata) == ("ab" * 32, harbour.metadata)
    assert library.summaries() == [one]


def test_a_document_is_found_by_the_bytes_that_it_was_taken_from(library: Library) -> None:
    page = dataclasses.replace(document(HARBOUR), media_type="text/html", original_sha256="ab" * 32)
    library.add([page, document(RAIN)])
    assert library.taken_from("ab" * 32, "text/html") == page.id
    assert library.taken_from("ab" * 32, "text/plain") is None
    assert library.taken_from(document(RAIN).sha256, "text/plain") == document(RAIN).id
    library.remove(page.id)
    assert library.taken_from("ab" * 32, "text/html") is None


def test_a_removed_document_is_gone(place: Place, library: Library) -> None:
    storm, harbour = document(STORM), document(HARBOUR)
    library.add([storm, harbour])
    assert library.document(storm.id) == storm
    library.remove(storm.id)
    for ask in (library.document, library.summary, library.remove):
        with pytest.raises(UnknownDocument) as caught:
            ask(storm.id)
        assert caught.value.document_id == storm.id
    place.assert_holds(library, harbour)


def test_of_documents_to_be_removed_none_goes_where_one_is_unknown(place: Place, library: Library) -> None:
    library.add(DOCUMENTS)
    version = library.version
    for unknown in (UNKNOWN, "no id", "'\" or 1"):
        with pytest.raises(UnknownDocument) as caught:
            library.remove(DOCUMENTS[0].id, unknown)
        assert caught.value.document_id == unknown
    assert library.version == version
    place.assert_holds(library, *DOCUMENTS)


def test_a_removed_document_may_be_added_again_and_is_then_the_last(place: Place, library: Library) -> None:
    library.add(DOCUMENTS)
    for _ in range(2):
        library.remove(DOCUMENTS[0].id)
        library.add(DOCUMENTS[:1])
        place.assert_holds(library, *DOCUMENTS)
    assert [one.id for one in library.summaries()] == [one.id for one in [*DOCUMENTS[1:], DOCUMENTS[0]]]


def test_pages_and_addresses_are_kept(library: Library) -> None:
    pages = (Page(1, "one", Span(0, 25)), Page(2, "ii", Span(26, len(STORM))))
    storm = Document.from_text(STORM, title="t", source="s", url="https://e.org/?a=b&c='\"", pages=pages)
    library.add([storm])
    kept = library.document(storm.id)
    assert (kept.pages, kept.url, kept) == (pages, storm.url, storm)
    assert [kept.page_at(offset) for offset in (0, 30)] == [1, 2]


def test_the_version_changes_with_every_write_and_with_nothing_else(library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    versions = [library.version]
    writes = (
        lambda: library.add([storm, rain]),
        lambda: library.replace([storm.id], [dataclasses.replace(storm, title="t")]),
        lambda: library.describe([rain.id], Metadata.of({"a": 1})),
        lambda: library.remove(storm.id),
        lambda: library.add([storm]),
    )
    for write in writes:
        write()
        versions.append(library.version)
        library.search("storm")
        library.summaries()
        library.document(rain.id)
        library.checkpoint()
        assert (library.version, library.latest_version()) == (versions[-1], versions[-1])
        assert library.search("storm").version == versions[-1]
    generations = [int(one.partition("-")[0]) for one in versions]
    assert generations == sorted(set(generations))
    assert {one.partition("-")[2] for one in versions} == {words().fingerprint}


def test_seeds_are_added_once_and_a_removed_one_stays_away(place: Place, library: Library) -> None:
    library.seed(lambda: [document(STORM), document(RAIN)])
    library.remove(document(STORM).id)
    library.seed(lambda: [document(STORM), document(HARBOUR)])
    assert found(library) == {document(RAIN).id}
    library.close()
    again = place.open()
    again.seed(lambda: [document(STORM)])
    place.assert_holds(again, document(RAIN))


def test_a_library_is_opened_as_it_was_closed_and_nothing_is_embedded(place: Place, library: Library) -> None:
    library.add(DOCUMENTS)
    library.remove(DOCUMENTS[0].id)
    version = library.version
    library.close()
    embedder = words()
    again = place.open(embedder)
    assert (embedder.embedded, again.version) == (0, version)
    place.assert_holds(again, *DOCUMENTS[1:])


def test_another_model_is_refused_with_the_remedy(place: Place, library: Library) -> None:
    library.add([document(STORM)])
    library.close()
    with pytest.raises(OtherModel) as caught:
        place.open(WordEmbedder("storm"))
    assert "(word-storm-mast-crew-harbour-rain; this one is word-storm)" in caught.value.problem
    assert caught.value.remedy == "run 'pincite reindex' to embed it anew, or set PINCITE_MODEL back"


@pytest.fixture
def reader(library: Library) -> Iterator[list[Spans | Exception]]:
    """What a thread that reads all the time has seen: the documents' spans that it found, or what went wrong."""
    seen: list[Spans | Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(spans(library))
            except Exception as error:  # noqa: BLE001 - handed to the test's own thread
                seen.append(error)
                return

    thread = threading.Thread(target=read)
    thread.start()
    yield seen
    done.set()
    thread.join()


def test_readers_find_whole_documents_while_others_write(
    place: Place, library: Library, reader: list[Spans | Exception]
) -> None:
    versions = [document(f"{STORM} {HARBOUR} {RAIN} {number}", "crew") for number in range(4)]
    whole = spans(place.reference(versions))
    assert all(len(one) > 2 for one in whole.values())
    rounds = 0
    while rounds < 2 or (len(reader) < 20 and not isinstance(reader[-1], Exception)):
        rounds += 1
        for before, after in pairwise(versions):
            library.add([before], progress=silent)
            library.replace([before.id], [after])
            library.remove(after.id)
    assert [one for one in reader if isinstance(one, Exception)] == []
    assert [one for one in reader if any(whole[held] != places for held, places in one.items())] == []
    assert any(reader)
