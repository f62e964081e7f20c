"""The same words in several documents are one passage with its copies; what differs is shown beside it."""

import json
from pathlib import Path

import pytest

from api.asking import answered
from api.bodies.questions import AskRequest
from api.mcp.wording import answer_in_words
from index.documents import Document
from index.library import Library
from qa.answering import MOST_COPIES, Answerer
from qa.answers import CitedPassage
from qa.copies import grouped
from qa.effort import Effort
from qa.reading.reader import Excerpt, Reading
from qa.retrieval import retrieve
from word_embedder import WordEmbedder

REPORT = "The ferry sank off Skerry in the storm. Five of the crew were saved by a trawler."
QUESTION = "Where did the ferry sank?"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.local(tmp_path / "library", WordEmbedder("ferry", "storm", "crew", "saved", max_tokens=200))


def added(library: Library, **texts: str) -> dict[str, str]:
    """The documents' ids by their titles."""
    documents = [Document.from_text(text, title=title, source=f"{title}.txt") for title, text in texts.items()]
    library.add(documents)
    return {one.title: one.id for one in documents}


def shown(library: Library, question: str = QUESTION, top_k: int = 5) -> tuple[CitedPassage, ...]:
    """The passages of the answer; every citation is the text at its place."""
    passages = Answerer(library).ask(question, top_k=top_k).passages
    for passage in passages:
        for one in (passage.citation, passage.sentence, *passage.copies):
            assert one.span.of(library.document(one.document_id).text) == one.cited_text
    return passages


def titles(passage: CitedPassage) -> list[str]:
    return [passage.citation.document_title, *(copy.document_title for copy in passage.copies)]


def test_a_report_that_two_papers_print_is_one_passage_that_cites_both(library: Library) -> None:
    added(library, Herald=REPORT, Mail=f"{REPORT} More soon.", Almanac="A ferry calls at noon.")
    first, second = shown(library)
    assert sorted(titles(first)) == ["Herald", "Mail"]
    assert {copy.cited_text for copy in first.copies} == {"The ferry sank off Skerry in the storm."}
    assert titles(second) == ["Almanac"]


def test_a_copy_is_cited_as_it_stands_there(library: Library) -> None:
    ids = added(library, Herald=REPORT, Mail=REPORT.upper().replace(" ", "\n\t"))
    [passage] = shown(library)
    [copy] = passage.copies
    assert {passage.citation.document_id, copy.document_id} == set(ids.values())
    assert copy.cited_text.casefold().split() == passage.sentence.cited_text.casefold().split()


@pytest.mark.parametrize(
    "other",
    [
        REPORT.replace("Five", "Four"),
        REPORT.replace("by a trawler", "by a lifeboat"),
        f"{REPORT} In all 31 were aboard.",
        "The ferry sank off Skerry in the storm. Its owners blame a gale.",
    ],
    ids=["another number", "another sentence", "a number more", "mostly other words"],
)
def test_what_says_something_else_too_stands_for_itself(library: Library, other: str) -> None:
    added(library, Herald=REPORT, Mail=other)
    assert sorted(titles(one) for one in shown(library)) == [["Herald"], ["Mail"]]


def test_copies_take_no_place_from_what_differs(library: Library) -> None:
    copies = {f"paper {number}": f"{REPORT} Edition {'abcdefghijklmnop'[number]}." for number in range(15)}
    others = {f"other {number}": f"The ferry of port {number} sank." for number in range(3)}
    added(library, **copies, **others)
    first, *rest = shown(library, top_k=4)
    assert {title[:5] for title in titles(first)} == {"paper"}
    assert len(first.copies) == MOST_COPIES
    assert {one.citation.document_title[:5] for one in rest} == {"other"}
    assert len(rest) == 3


def test_a_copy_stands_for_itself_once_the_other_is_removed(library: Library) -> None:
    ids = added(library, Herald=REPORT, Mail=f"{REPORT} More soon.")
    [before] = shown(library)
    library.remove(before.citation.document_id)
    [after] = shown(library)
    assert titles(after) == [title for title in ids if title != before.citation.document_title]


def test_a_reader_reads_no_copy(library: Library) -> None:
    added(library, Herald=REPORT, Mail=f"{REPORT} More soon.", Almanac="A ferry calls at noon.")

    class Counting:
        name, calibrated = "counting", False
        read_texts: list[str] = []  # noqa: RUF012

        def read(self, _: str, excerpts: list[Excerpt]) -> list[Reading]:
            found = []
            for one in excerpts:
                self.read_texts.append(one.text)
                found.append(Reading(tuple(0.5 for _ in one.sentences), tuple(None for _ in one.sentences)))
            return iter(found)

    reader = Counting()
    Answerer(library, reader, effort=Effort(10, 60_000)).ask(QUESTION)
    assert sum(text.startswith("The ferry sank") for text in reader.read_texts) == 1


def test_groups_hold_every_candidate_once(library: Library) -> None:
    added(library, Herald=REPORT, Mail=f"{REPORT} More soon.", Almanac="A ferry calls at noon.")
    found = library.search(QUESTION).candidates
    groups = grouped(library, found, range(len(found)), found.best(found.sentence_cosines), None)
    assert sorted(i for one in groups for i in (one.original, *one.copies)) == list(range(len(found)))
    assert [p.candidate for p in retrieve(library, QUESTION, most=1).passages] == [
        p.candidate for p in retrieve(library, QUESTION).passages[:1]
    ]


def test_they_are_said_in_json_and_in_words(library: Library) -> None:
    added(library, Herald=REPORT, Mail=f"{REPORT} More soon.")
    body = answered(Answerer(library), AskRequest(question=QUESTION), default_confidence=None)
    [passage] = json.loads(body.model_dump_json())["passages"]
    [copy] = passage["copies"]
    assert copy["cited_text"] == passage["sentence"]["cited_text"]
    assert f"The same words: [document {copy['document_id']}, 0:39] {copy['document_title']}" in answer_in_words(
        body
    )
