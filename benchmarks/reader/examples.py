"""What the reader learns from: labelled questions beside the passages that Pincite itself finds for them."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.documents import Document
from index.embedding import Embedder
from index.library import Library
from index.passages import Passage
from index.progress import Progress, silent
from index.spans import Span
from qa.collections import Collection, Question, read_collection
from qa.evaluation import Indexed, indexed
from qa.retrieval import retrieve

NEAREST = 8
"""Passages of an example: those that the retrieval puts first, and the answering one if it is not among them."""
TRAINED = ("squadshifts-reddit", "squadshifts-amazon", "squad2-dev")
HALVED = "squad2-dev"
"""The collection whose articles are split in two by title: the second half is never read in training."""
STAGE = "Finding passages"


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to read: what stands before it as context, its sentences and the answers in it, by code points."""

    context: str
    text: str
    sentences: tuple[Span, ...]
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and passages, best first as retrieved; one without answers is not answered by any of them.

    ``tuning`` examples are kept from training: weights and confidence are chosen on them.
    """

    collection: str
    question: str
    tuning: bool
    passages: tuple[Text, ...]


def examples(folder: Path, embedder: Embedder, work: Path, *, progress: Progress = silent) -> list[Example]:
    """The examples of every collection, made once and kept in ``work``."""
    found: list[Example] = []
    for name in TRAINED:
        path = work / f"{name}-{embedder.fingerprint}.jsonl.gz"
        if not path.is_file():
            made = _made(first_half(read_collection(folder / name)), embedder, work, progress)
            _write(made, path)
        found.extend(_read(path))
    return found


def first_half(collection: Collection) -> Collection:
    """The part to train on: all of it, or the first half of the titles in the order of the alphabet."""
    return half(collection, first=True) if collection.name == HALVED else collection


def half(collection: Collection, *, first: bool) -> Collection:
    """The sources of one half of the titles, and the questions asked about them."""
    ordered = sorted(source.id for source in collection.sources)
    middle = (len(ordered) + 1) // 2
    kept = set(ordered[:middle] if first else ordered[middle:])
    return Collection(
        collection.name,
        tuple(source for source in collection.sources if source.id in kept),
        tuple(question for question in collection.questions if question.source in kept),
    )


def for_tuning(source: str) -> bool:
    """Whether a source is kept from training: one in five, by the hash of its id."""
    return hashlib.sha256(source.encode()).digest()[0] < 51


def _made(collection: Collection, embedder: Embedder, work: Path, progress: Progress) -> Iterator[Example]:
    own = indexed(collection, "documents")
    library = Library.local(work / f"{collection.name}-{embedder.fingerprint}", embedder, progress=progress)
    library.add(own.documents.values(), progress=progress)
    library.checkpoint()
    for done, question in enumerate(collection.questions, start=1):
        yield _example(library, own, question)
        progress(f"{STAGE}: {collection.name}", done, len(collection.questions))
    library.close()


def _example(library: Library, own: Indexed, question: Question) -> Example:
    answers = {
        (document_id, label.answer)
        for label in question.labels
        for document_id, _ in own.by_source[label.source]
        if label.answer
    }
    nearest = [ranked.candidate.passage for ranked in retrieve(library, question.text).passages]
    answering = [passage for passage in nearest if _answers(passage, answers)]
    chosen = [*nearest[:NEAREST], *(passage for passage in answering[:1] if passage not in nearest[:NEAREST])]
    texts = (_text(library.document(passage.document_id), passage, answers) for passage in chosen)
    return Example(own.collection.name, question.text, for_tuning(question.source), tuple(texts))


def _answers(passage: Passage, answers: Iterable[tuple[str, Span]]) -> list[Span]:
    """The labelled answers that the passage holds whole."""
    span = passage.span
    return sorted(
        answer
        for document_id, answer in answers
        if document_id == passage.document_id and span.start <= answer.start and answer.end <= span.end
    )


def _text(document: Document, passage: Passage, answers: Iterable[tuple[str, Span]]) -> Text:
    start = passage.span.start
    return Text(
        document.context,
        passage.span.of(document.text),
        tuple(Span(one.start - start, one.end - start) for one in passage.sentences),
        tuple(Span(one.start - start, one.end - start) for one in _answers(passage, answers)),
    )


def _write(found: Iterable[Example], path: Path) -> None:
    partial = path.with_suffix(".partial")
    with gzip.open(partial, "wt", encoding="utf-8") as file:
        for example in found:
            file.write(json.dumps(asdict(example)) + "\n")
    partial.rename(path)


def _read(path: Path) -> Iterator[Example]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            passages = tuple(
                Text(one["context"], one["text"], _spans(one["sentences"]), _spans(one["answers"]))
                for one in record["passages"]
            )
            yield Example(record["collection"], record["question"], record["tuning"], passages)


def _spans(records: Sequence[dict[str, int]]) -> tuple[Span, ...]:
    return tuple(Span(one["start"], one["end"]) for one in records)
