"""From a question to a cited answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.documents import Document
from index.library import Library
from paths import SEED
from qa.answering import Answerer
from qa.questions import BadQuestion
from word_embedder import WordEmbedder

QUESTION = "who took responsibility?"


def test_the_main_question_is_answered_with_the_first_sentence(seed_library: Library) -> None:
    answer = Answerer(seed_library).ask(QUESTION)
    assert answer.quote is not None
    assert answer.quote.sentence.cited_text == (
        "Azerbaijan has taken responsibility for the deaths of several Russian peacekeepers in Nagorno-Karabakh "
        "on Wednesday."
    )
    assert (answer.answerable, len(answer.passages), answer.question) == (True, 5, QUESTION)


def test_every_citation_slices_the_stored_text(seed_library: Library) -> None:
    text = SEED.read_text(encoding="utf-8")
    for passage in Answerer(seed_library).ask(QUESTION, top_k=50).passages:
        for citation in (passage.citation, passage.sentence):
            assert citation.span.of(text) == citation.cited_text
        assert passage.citation.span.start <= passage.sentence.span.start
        assert passage.sentence.span.end <= passage.citation.span.end


def test_off_topic_questions_are_not_answered(seed_library: Library) -> None:
    for question in ("Who won the 2022 football World Cup?", "What is the boiling point of water?"):
        answer = Answerer(seed_library).ask(question)
        assert (answer.quote, answer.answerable) == (None, False)
        assert len(answer.passages) == 5


def test_search_finds_what_the_answer_shows(seed_library: Library) -> None:
    answerer = Answerer(seed_library)
    assert answerer.search(QUESTION, top_k=3).passages == answerer.ask(QUESTION, top_k=3).passages


def test_an_empty_library_does_not_say(tmp_path: Path) -> None:
    answer = Answerer(Library.local(tmp_path, WordEmbedder("a"))).ask(QUESTION)
    assert (answer.confidence, answer.quote, answer.passages) == (0.0, None, ())


def test_a_bad_question_is_refused_by_ask_and_search(seed_library: Library) -> None:
    for call in (Answerer(seed_library).ask, Answerer(seed_library).search):
        with pytest.raises(BadQuestion):
            call(" ")


def test_many_threads_get_the_same_answer(seed_library: Library) -> None:
    answerer = Answerer(seed_library)
    alone = answerer.ask(QUESTION)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: answerer.ask(QUESTION), range(64))) == {alone}


def test_a_removed_document_is_never_cited_again(tmp_path: Path) -> None:
    library = Library.local(tmp_path, WordEmbedder("storm", "rain"))
    [storm, rain] = [Document.from_text(t, title=t, source=t) for t in ("The storm came.", "The rain came.")]
    library.add([storm, rain])
    library.remove(storm.id)
    answer = Answerer(library).ask("What came, the storm?", min_confidence=0)
    assert [passage.citation.cited_text for passage in answer.passages] == ["The rain came."]


def test_questions_are_answered_while_documents_come_and_go(tmp_path: Path) -> None:
    """No question fails, and none that is asked after a removal cites what was removed."""
    library = Library.local(tmp_path, WordEmbedder("storm", "rain"))
    [storm, rain] = [Document.from_text(t, title=t, source=t) for t in ("The storm came.", "The rain came.")]
    library.add([rain])
    answerer = Answerer(library)
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            answerer.ask("What came, the storm?", min_confidence=0)
            asked += 1
        return asked

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        for _ in range(15):
            library.add([storm])
            library.remove(storm.id)
            passages = answerer.ask("What came, the storm?", min_confidence=0).passages
            assert [passage.citation.cited_text for passage in passages] == ["The rain came."]
        stop.set()
        assert all(done.result() > 0 for done in asking)
