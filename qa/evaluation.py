"""How good the answers to labelled questions are."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import PinciteError
from index.progress import Progress, silent
from index.spans import Span
from qa.answering import Answerer
from qa.answers import Answer

STAGE = "Asking questions"


class BadLabels(PinciteError):
    """A file of labelled questions that cannot be read."""


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the span that holds its answer, in the library's only document; None where none does."""

    id: str
    question: str
    evidence: Span | None


@dataclass(frozen=True, slots=True)
class Report:
    """Shares in [0, 1] over the answerable questions, and of the unanswerable ones that were refused."""

    answerable: int
    unanswerable: int
    sentence_hit_1: float
    sentence_hit_3: float
    passage_hit_1: float
    refused: float
    falsely_refused: float


def read_questions(path: Path) -> list[LabelledQuestion]:
    """One JSON object a line: ``{"id", "question", "answerable", "evidence"?: {"start", "end"}}``.

    Raises:
        BadLabels: the file cannot be read, or a line is not of that form; it says which.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadLabels(f"{path}: cannot be read ({error})", remedy="name a file of labelled questions") from error
    return [_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _question(path: Path, number: int, line: str) -> LabelledQuestion:
    try:
        record = json.loads(line)
        evidence = Span(record["evidence"]["start"], record["evidence"]["end"]) if record["answerable"] else None
        return LabelledQuestion(record["id"], record["question"], evidence)
    except (ValueError, KeyError, TypeError) as error:
        raise BadLabels(
            f"{path}, line {number}: is not a labelled question ({error!r})",
            remedy='write {"id", "question", "answerable", "evidence": {"start", "end"}}',
        ) from error


def evaluate(answerer: Answerer, questions: Sequence[LabelledQuestion], *, progress: Progress = silent) -> Report:
    """Ask every question, and compare the first sentences and passages with the labels by overlap."""
    first: list[bool] = []
    third: list[bool] = []
    passage: list[bool] = []
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for done, labelled in enumerate(questions, start=1):
        answer = answerer.ask(labelled.question)
        refused[labelled.evidence is not None].append(not answer.answerable)
        if labelled.evidence:
            hits = [overlaps(span, labelled.evidence) for span in _sentences(answer)]
            first.append(any(hits[:1]))
            third.append(any(hits[:3]))
            passage.append(any(overlaps(p.citation.span, labelled.evidence) for p in answer.passages[:1]))
        progress(STAGE, done, len(questions))
    return Report(
        answerable=len(refused[True]),
        unanswerable=len(refused[False]),
        sentence_hit_1=_share(first),
        sentence_hit_3=_share(third),
        passage_hit_1=_share(passage),
        refused=_share(refused[False]),
        falsely_refused=_share(refused[True]),
    )


def overlaps(one: Span, other: Span) -> bool:
    """Whether the two share a character."""
    return one.start < other.end and other.start < one.end


def _sentences(answer: Answer) -> list[Span]:
    return [passage.sentence.span for passage in answer.passages]


def _share(outcomes: Iterable[bool]) -> float:
    counted = list(outcomes)
    return sum(counted) / len(counted) if counted else 0.0
