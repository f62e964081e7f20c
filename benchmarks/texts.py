"""The paragraphs and questions that speed is measured on."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reader.examples import HALVED, half
from index.documents import Document
from index.sentences import split
from qa.collections import read_collection

COLLECTIONS = ("squad2-dev", "squadshifts-reddit", "distractors-2wiki", "squadshifts-amazon")
"""Where the paragraphs come from, in this order; behind them, further ones are made of their sentences."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the places among the paragraphs of those that answer it."""

    text: str
    relevant: frozenset[int]


@dataclass(frozen=True, slots=True)
class First:
    """The first question that a process is asked, and the paragraphs of which one has to come back."""

    text: str
    right: tuple[str, ...]


def paragraphs(folder: Path, count: int) -> list[str]:
    """The first ``count``, each once: the collections' own ones, and then as many made as are wanting.

    One that is made has as many sentences as a real paragraph drawn at random, each drawn at random from all: so
    words, lengths and numbers of sentences are those of real text, and no two are near copies of each other.
    """
    found = dict.fromkeys(text for name in COLLECTIONS for text in _units(folder / name))
    made = _made(list(found)) if len(found) < count else iter(())
    while len(found) < count:
        found[next(made)] = None
    return list(found)[:count]


def real(folder: Path) -> int:
    """How many paragraphs the collections themselves have."""
    return len({text for name in COLLECTIONS for text in _units(folder / name)})


def questions(folder: Path, texts: Sequence[str], count: int) -> list[Asked]:
    """Questions that ``texts`` answer, drawn from the half of squad2-dev that nothing was trained on."""
    places = {text: place for place, text in enumerate(texts)}
    collection = read_collection(folder / HALVED)
    sources = {source.id: source for source in collection.sources}
    found = []
    for question in half(collection, first=False).questions:
        held = {
            unit.of(sources[label.source].text)
            for label in question.labels
            for unit in sources[label.source].units
            if unit.start < label.range.end and label.range.start < unit.end
        }
        if question.answerable and held and held <= places.keys():
            found.append(Asked(question.text, frozenset(places[text] for text in held)))
    return random.Random(SEED).sample(found, min(count, len(found)))  # noqa: S311 - reproducible, not secret


def documents(texts: Sequence[str]) -> list[Document]:
    """Each paragraph as a document of its own, without a title to help: the peers have none either."""
    return [Document.from_text(text, title="", source=str(place)) for place, text in enumerate(texts)]


def digest(texts: Sequence[str]) -> str:
    """What tells these paragraphs from any others."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _units(folder: Path) -> Iterator[str]:
    for source in read_collection(folder).sources:
        for unit in source.units:
            text = unit.of(source.text).strip()
            if text:
                yield text


def _made(texts: Sequence[str]) -> Iterator[str]:
    rng = random.Random(SEED)  # noqa: S311
    sentences = [[span.of(text) for span in split(text)] for text in texts]
    every = [sentence for one in sentences for sentence in one]
    while True:
        yield " ".join(rng.choices(every, k=len(rng.choice(sentences))))
