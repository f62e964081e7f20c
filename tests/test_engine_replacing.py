"""Whatever engine keeps a library: documents take the place of others at once, and are said other things of."""

import dataclasses

import pytest

from engines import MUCH_SAID, Place
from index.errors import PinciteError
from index.exchanging import Added
from index.library import Library, UnknownDocument
from index.metadata import BadMetadata, Metadata
from three_texts import HARBOUR, RAIN, STORM, document, words
from word_embedder import WordEmbedder

WRECK = "The storm broke the mast. The crew drowned."
UNKNOWN = "0123456789abcdef"


@pytest.fixture
def embedder() -> WordEmbedder:
    return words()


@pytest.fixture
def library(place: Place, embedder: WordEmbedder) -> Library:
    return place.open(embedder)


def test_a_document_takes_the_place_of_another(place: Place, library: Library) -> None:
    storm, rain, wreck = document(STORM), document(RAIN), document(WRECK)
    library.add([storm, rain])
    assert library.replace([storm.id], [wreck]) == Added(new=(wreck,), unchanged=())
    place.assert_holds(library, rain, wreck)
    with pytest.raises(UnknownDocument):
        library.document(storm.id)


def test_many_take_the_place_of_many(place: Place, library: Library) -> None:
    storm, rain, harbour, wreck = map(document, (STORM, RAIN, HARBOUR, WRECK))
    library.add([storm, rain])
    done = library.replace([storm.id, rain.id, storm.id], [harbour, rain, wreck, wreck])
    assert done == Added(new=(harbour, wreck), unchanged=(rain,))
    place.assert_holds(library, rain, harbour, wreck)
    library.replace([harbour.id, rain.id], [])
    place.assert_holds(library, wreck)


def test_the_same_text_takes_over_the_place_with_a_new_title_and_is_not_embedded(
    place: Place, library: Library, embedder: WordEmbedder
) -> None:
    storm, rain = document(STORM, "at sea"), document(RAIN)
    library.add([storm, rain])
    assert library.document(storm.id) == storm
    renamed = dataclasses.replace(storm, title="Wreck", source="elsewhere", url="http://x/", original_sha256="a")
    embedded = embedder.embedded
    assert library.replace([storm.id], [renamed]) == Added(new=(), unchanged=(), updated=(renamed,))
    assert [one.id for one in library.summaries()] == [storm.id, rain.id]
    assert embedder.embedded == embedded
    place.assert_holds(library, renamed, rain)


def test_another_context_is_part_of_the_passages(place: Place, library: Library, embedder: WordEmbedder) -> None:
    storm, rain = document(STORM, "at sea"), document(RAIN)
    library.add([storm, rain])
    ashore = dataclasses.replace(storm, context="rain ashore")
    embedded = embedder.embedded
    assert library.replace([storm.id], [ashore]).updated == (ashore,)
    assert embedder.embedded == embedded + library.summary(storm.id).passages
    assert [one.id for one in library.summaries()] == [storm.id, rain.id]
    place.assert_holds(library, ashore, rain)


def test_of_a_replaced_document_only_what_is_new_is_embedded(
    place: Place, library: Library, embedder: WordEmbedder
) -> None:
    before = document(f"{STORM}\n\n{RAIN}\n\n{HARBOUR}")
    after = document(f"{STORM}\n\nSnow fell all day in the south.\n\n{HARBOUR}")
    library.add([before])
    embedder.embedded = 0
    library.replace([before.id], [after])
    assert embedder.embedded < len(library)
    place.assert_holds(library, after)


def test_what_is_the_same_already_is_no_change(library: Library, embedder: WordEmbedder) -> None:
    storm, rain = document(STORM), document(RAIN)
    library.add([storm, rain])
    version, embedded = library.version, embedder.embedded
    assert library.replace([storm.id], [storm]) == Added(new=(), unchanged=(storm,))
    assert library.replace([], [dataclasses.replace(rain, title="not this")]).unchanged[0].title == "not this"
    assert library.replace([], []) == Added(new=(), unchanged=())
    assert (library.version, embedder.embedded, library.document(rain.id)) == (version, embedded, rain)


def test_an_unknown_document_is_replaced_by_nothing(place: Place, library: Library, embedder: WordEmbedder) -> None:
    library.add([document(STORM)])
    before = library.version, embedder.embedded
    for unknown in (UNKNOWN, "no id"):
        with pytest.raises(UnknownDocument) as caught:
            library.replace([document(STORM).id, unknown], [document(RAIN)])
        assert caught.value.document_id == unknown
    assert (library.version, embedder.embedded) == before
    place.assert_holds(library, document(STORM))


def test_an_interruption_leaves_what_was_there(place: Place, library: Library) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    library.add([document(STORM)])
    version = library.version
    with pytest.raises(KeyboardInterrupt):
        library.replace([document(STORM).id], [document(RAIN), document(HARBOUR)], progress=interrupt)
    assert library.version == version
    place.assert_holds(library, document(STORM))


def test_metadata_is_said_beside_what_is_said_already(place: Place, library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    storm = dataclasses.replace(storm, metadata=Metadata.of({"author": "Ada", "year": 1911}))
    library.add([storm, rain])
    assert library.describe([storm.id, rain.id], Metadata.of({"year": 1912, "read": True})) == [storm.id, rain.id]
    version = library.version
    assert library.describe([storm.id, rain.id], Metadata.of({"year": 1912})) == []
    assert library.version == version
    told = dataclasses.replace(storm, metadata=Metadata.of({"author": "Ada", "year": 1912, "read": True}))
    place.assert_holds(library, told, dataclasses.replace(rain, metadata=Metadata.of({"year": 1912, "read": True})))
    assert [one.id for one in library.summaries()] == [storm.id, rain.id]


def test_metadata_is_said_of_all_documents_or_of_none(place: Place, library: Library) -> None:
    full = dataclasses.replace(document(STORM), metadata=Metadata.of({f"n{number}": 1 for number in range(64)}))
    library.add([document(RAIN), full])
    with pytest.raises(UnknownDocument):
        library.describe([document(RAIN).id, UNKNOWN], Metadata.of({"a": 1}))
    with pytest.raises(BadMetadata):
        library.describe([document(RAIN).id, full.id], Metadata.of({"a": 1}))
    place.assert_holds(library, full, document(RAIN))


def test_of_a_document_there_can_be_said_as_much_as_metadata_holds(place: Place, library: Library) -> None:
    place.require(MUCH_SAID)
    much = Metadata.of({f"name {number}": "é" * 1000 for number in range(64)})
    full = dataclasses.replace(document(STORM), metadata=much)
    library.add([full])
    place.assert_holds(library, full)


def test_more_than_can_be_kept_is_refused_and_nothing_is_changed(place: Place, library: Library) -> None:
    if place.name == "local":
        pytest.skip("a folder keeps all that can be said")
    library.add([document(RAIN)])
    version = library.version
    much = Metadata.of({f"name {number}": "é" * 1000 for number in range(64)})
    with pytest.raises(PinciteError) as refused:
        library.add([document(HARBOUR), dataclasses.replace(document(STORM), metadata=much)])
    assert refused.value.remedy == "leave some of the metadata out"
    assert library.version == version
    place.assert_holds(library, document(RAIN))
