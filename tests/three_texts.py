"""Three short documents, and the questions that tell a library of them from another."""

import dataclasses

from index.documents import Document
from index.library import Library
from index.passages import Candidate, Neighbours
from word_embedder import WordEmbedder

STORM = "The storm broke the mast. The crew slept."
HARBOUR = "The harbour master wrote to the crew.\r\n\r\n👩‍👧 Nobody answered."
RAIN = "Rain fell all day in the north."
QUESTIONS = ("What broke the mast?", "Who wrote to the crew?", "rain in the north", "unheard of", "")
WORDS = ("storm", "mast", "crew", "harbour", "rain")


def document(text: str, context: str = "") -> Document:
    """``text`` as a document."""
    return Document.from_text(text, title=text[:9], source="test", context=context)


DOCUMENTS = [document(STORM, "at sea"), document(RAIN), document(HARBOUR)]


def words() -> WordEmbedder:
    """The embedder that knows their words, cutting them into short passages."""
    return WordEmbedder(*WORDS, max_tokens=9)


def asked(library: Library) -> list[Neighbours]:
    """What the library finds for each question."""
    return [library.search(question) for question in QUESTIONS]


def without_ids(neighbours: list[Neighbours]) -> list[tuple[Candidate, ...]]:
    """What was found, apart from passages' numbers."""
    return [
        tuple(dataclasses.replace(one, passage=dataclasses.replace(one.passage, id=0)) for one in each.candidates)
        for each in neighbours
    ]


def by_place(neighbours: Neighbours) -> list[Candidate]:
    """What was found, by document and place; how passages are numbered is each library's own affair."""
    plain = [
        dataclasses.replace(one, passage=dataclasses.replace(one.passage, id=0)) for one in neighbours.candidates
    ]
    return sorted(plain, key=lambda one: (one.passage.document_id, one.passage.span))
