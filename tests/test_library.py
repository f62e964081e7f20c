"""The library finds what it holds, and forgets what is removed."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.database import DATABASE
from index.exchanging import Added
from index.filters import Scope
from index.fingerprints import OtherModel
from index.ingesting import ingest
from index.library import Library, UnknownDocument
from index.progress import silent
from index.spans import Span
from index.store import Store
from index.turns import Turns
from kept_in import folder_of
from three_texts import HARBOUR, RAIN, STORM, WORDS, asked, document
from word_embedder import WordEmbedder


def words() -> WordEmbedder:
    return WordEmbedder(*WORDS)


def found(library: Library, question: str = "crew") -> list[str]:
    """The documents found, by passage."""
    return [candidate.passage.document_id for candidate in library.search(question).candidates]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.local(tmp_path / "library", words())
    yield opened
    opened.close()


def test_what_is_added_is_found_on_return_with_exact_signals(library: Library) -> None:
    library.add([document(STORM), document(RAIN)])
    storm, rain = library.search("storm mast").candidates
    assert [one.passage.document_id for one in (storm, rain)] == [document(STORM).id, document(RAIN).id]
    assert storm.passage.sentences == (Span(0, 25), Span(26, 41))
    half = np.sqrt(0.5)
    # storm, mast, crew and 5 others; storm, mast and 3 others; crew and 2 others
    expected = [2 / np.sqrt(28) * half, 2 / np.sqrt(11) * half, 0]
    assert [storm.passage_cosine, *storm.sentence_cosines] == pytest.approx(expected, abs=1e-3)
    assert storm.match.coverage == (1.0, 0.0)
    assert (rain.match.lexical, rain.sentence_cosines) == (0.0, (0.0,))


def test_adding_says_what_is_new_and_what_was_there(library: Library) -> None:
    storm, rain = document(STORM), document(RAIN)
    assert library.add([storm]) == Added(new=(storm,), unchanged=())
    assert library.add([rain, storm, rain]) == Added(new=(rain,), unchanged=(storm,))
    assert library.add([]) == Added(new=(), unchanged=())
    assert [(one.id, one.passages) for one in library.summaries()] == [(storm.id, 1), (rain.id, 1)]
    assert len(library) == 2


def test_the_version_is_generation_and_model_and_changes_with_every_write(library: Library) -> None:
    versions = [library.version]
    library.add([document(STORM), document(RAIN)])
    versions.append(library.version)
    library.remove(document(STORM).id)
    versions.append(library.version)
    assert versions == [f"{n}-word-storm-mast-crew-harbour-rain" for n in (1, 2, 3)]
    assert library.search("storm").version == versions[-1]


def test_a_filter_restricts_the_search_itself(library: Library) -> None:
    library.add([document(text) for text in (STORM, HARBOUR, RAIN)])
    storm, harbour = document(STORM).id, document(HARBOUR).id
    assert found(library) == [storm, harbour, document(RAIN).id]
    assert [
        one.passage.document_id for one in library.search("crew", depth=1, scope=Scope((harbour,))).candidates
    ] == [harbour]
    assert library.search("crew", scope=Scope(())).candidates == ()
    with pytest.raises(UnknownDocument) as caught:
        library.search("crew", scope=Scope((storm, "0123456789abcdef")))
    assert caught.value.document_id == "0123456789abcdef"


def test_a_removed_document_is_gone(library: Library) -> None:
    storm, harbour = document(STORM), document(HARBOUR)
    library.add([storm, harbour])
    assert library.document(storm.id) == storm
    library.remove(storm.id)
    assert found(library) == [harbour.id]
    for ask in (library.document, library.summary, library.remove):
        with pytest.raises(UnknownDocument) as caught:
            ask(storm.id)
        assert caught.value.problem == f"there is no document '{storm.id}' in the library"
        assert caught.value.remedy == "list the documents for their ids"
    assert found(library) == [harbour.id]


def test_a_removed_document_may_be_added_again_under_new_passages(library: Library) -> None:
    library.add([document(STORM)])
    [before] = library.search("storm").candidates
    library.remove(document(STORM).id)
    library.add([document(STORM)])
    [after] = library.search("storm").candidates
    assert after == dataclasses.replace(before, passage=dataclasses.replace(before.passage, id=after.passage.id))
    assert after.passage.id != before.passage.id


def test_a_library_opens_and_closes_while_another_process_writes(library: Library) -> None:
    """It reads what was there before: the writer has stored a batch, and its indexes are still to come."""
    library.add([document(STORM)])
    library.checkpoint()
    with Turns(folder_of(library)):
        store = Store(folder_of(library) / DATABASE)
        ingest(store, [document(HARBOUR)], words(), silent)
        reader = Library.local(folder_of(library), words())
        assert asked(reader) == asked(library)
        reader.close()
        store.close()
    after = Library.local(folder_of(library), words())
    assert {c.passage.document_id for c in after.search("crew harbour").candidates} == {
        document(STORM).id,
        document(HARBOUR).id,
    }
    after.close()


def test_files_that_were_taken_away_while_in_use_are_made_anew(library: Library) -> None:
    library.add([document(STORM)])
    library.checkpoint()
    shutil.rmtree(folder_of(library) / "words")
    library.add([document(HARBOUR)])
    library.checkpoint()
    again = Library.local(folder_of(library), words())
    assert {c.passage.document_id for c in again.search("storm").candidates} >= {document(STORM).id}
    assert asked(again) == asked(library)
    again.close()


def test_another_model_is_refused_with_the_remedy(library: Library) -> None:
    library.add([document(STORM)])
    with pytest.raises(OtherModel) as caught:
        Library.local(folder_of(library), WordEmbedder("storm"))
    assert caught.value.problem == (
        "the library was embedded by another model or runtime "
        "(word-storm-mast-crew-harbour-rain; this one is word-storm)"
    )
    assert caught.value.remedy == "run 'pincite reindex' to embed it anew, or set PINCITE_MODEL back"
