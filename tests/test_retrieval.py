"""Ranking, over a library whose vectors a person can compute."""

from pathlib import Path

import pytest

from index.documents import Document
from index.filters import Scope
from index.library import Library, UnknownDocument
from qa.retrieval import retrieve
from word_embedder import WordEmbedder

HARBOUR = "The storm broke the mast. The crew slept.\n\nThe harbour master wrote two letters to the crew in spring."
WEATHER = "Rain fell all day in the north. Nobody had expected rain, and nobody had brought a coat at all."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    embedder = WordEmbedder("storm", "mast", "crew", "harbour", "master", "letters", "rain")
    library = Library.local(tmp_path, embedder)
    library.add([Document.from_text(t, title=t[:5], source="test") for t in (HARBOUR, WEATHER)])
    return library


def test_the_passage_and_the_sentence_that_fit_come_first(library: Library) -> None:
    found = retrieve(library, "What broke the mast?")
    assert found.sentences[0].span.of(HARBOUR) == "The storm broke the mast."
    assert found.passages[0].best == found.sentences[0]


def test_scores_fall_and_every_sentence_of_the_best_passages_is_ranked(library: Library) -> None:
    found = retrieve(library, "Who wrote letters?")
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    ranked = [sentence.score for sentence in found.sentences]
    assert ranked == sorted(ranked, reverse=True)
    assert len(ranked) == sum(len(p.candidate.passage.sentences) for p in found.passages)


def test_a_filter_keeps_other_documents_out(library: Library) -> None:
    weather = Document.from_text(WEATHER, title="", source="").id
    found = retrieve(library, "What broke the mast?", scope=Scope((weather,)))
    assert {passage.candidate.passage.document_id for passage in found.passages} == {weather}
    with pytest.raises(UnknownDocument):
        retrieve(library, "What broke the mast?", scope=Scope(("0" * 16,)))


def test_ties_go_by_document_and_place(library: Library) -> None:
    orders = [[p.candidate.passage for p in retrieve(library, "zzz").passages] for _ in range(3)]
    assert orders[0] == orders[1] == orders[2]
    ranked = retrieve(library, "zzz").passages
    keys = [(-p.score, p.candidate.passage.document_id, p.candidate.passage.span) for p in ranked]
    assert keys == sorted(keys)


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    found = retrieve(Library.local(tmp_path, WordEmbedder("a")), "What broke the mast?")
    assert (found.passages, found.sentences) == ((), ())
