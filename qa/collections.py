"""Labelled collections: documents, questions about them, and where the answers stand."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import PinciteError
from index.spans import Span


class BadLabels(PinciteError):
    """A file of labelled questions, or one of a collection's, that cannot be read."""


@dataclass(frozen=True, slots=True)
class Label:
    """A judgement: ``source`` is relevant in ``range``, and ``answer`` in it is the answer, where one is marked.

    A source of "" is the library's only document.
    """

    source: str
    range: Span
    answer: Span | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its judgements; ``answerable`` says whether the collection answers it.

    ``source`` is the one that it was written about, answered there or not; "" where the collection does not say.
    """

    id: str
    text: str
    answerable: bool
    labels: tuple[Label, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a collection; ``units`` are its own paragraphs or chunks."""

    id: str
    title: str
    text: str
    units: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """Sources and questions of one folder, in the order of its files."""

    name: str
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]


def read_collection(folder: Path) -> Collection:
    """The collection in ``folder``: corpus, passages, queries and qrels, as ``.jsonl`` or ``.jsonl.gz``.

    Raises:
        BadLabels: a file is missing, or a line is not of its form; it says which.
    """
    units: dict[str, list[Span]] = defaultdict(list)
    for record in _records(folder, "passages"):
        units[record["doc_id"]].append(Span(record["start"], record["end"]))
    labels: dict[str, list[Label]] = defaultdict(list)
    for record in _records(folder, "qrels"):
        labels[record["query_id"]].append(_label(record))
    sources = tuple(
        Source(record["id"], record["title"] or "", record["text"], tuple(units[record["id"]]))
        for record in _records(folder, "corpus")
    )
    questions = tuple(
        Question(
            record["id"],
            record["text"],
            record["answerable"],
            tuple(labels[record["id"]]),
            (record.get("meta") or {}).get("source_doc_id", ""),
        )
        for record in _records(folder, "queries")
    )
    return Collection(folder.name, sources, questions)


def read_questions(path: Path) -> tuple[Question, ...]:
    """Questions about the library's only document, one JSON object a line.

    The form is ``{"id", "question", "answerable", "evidence"?: {"start", "end"}}``.

    Raises:
        BadLabels: the file cannot be read, or a line is not of that form; it says which.
    """
    return tuple(
        Question(
            record["id"],
            record["question"],
            record["answerable"],
            (Label("", evidence, evidence),)
            if record["answerable"] and (evidence := Span(record["evidence"]["start"], record["evidence"]["end"]))
            else (),
        )
        for record in _lines(path)
    )


def _label(record: dict[str, Any]) -> Label:
    answer = record.get("answer")
    return Label(
        record["doc_id"],
        Span(record["start"], record["end"]),
        Span(answer["start"], answer["end"]) if answer else None,
    )


class _Record(dict[str, Any]):
    """One line's object, which knows where it stands, so that a missing field is named with its place."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        super().__init__(values)
        self._place = place

    def __missing__(self, key: str) -> Any:
        raise _bad(self._place, f"has no '{key}'")


def _records(folder: Path, name: str) -> Iterator[_Record]:
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.is_file():
            return _lines(path)
    if name in ("queries", "qrels") and folder.is_dir():
        return iter(())
    raise BadLabels(
        f"{folder}: there is no {name}.jsonl in it", remedy="name a folder of the collections' form, or a file"
    )


def _lines(path: Path) -> Iterator[_Record]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _Record(_parsed(line, f"{path}, line {number}"), f"{path}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise BadLabels(f"{path}: cannot be read ({error})", remedy="name a file of labelled questions") from error


def _parsed(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _bad(place, "is not JSON") from error
    if not isinstance(record, dict):
        raise _bad(place, "is not an object")
    return record


def _bad(place: str, what: str) -> BadLabels:
    return BadLabels(f"{place}: {what}", remedy="write one JSON object a line, as the collections' README says")
