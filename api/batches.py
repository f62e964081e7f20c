"""Several questions asked at once, all answered from one state of the library."""

import time
from collections.abc import Callable, Iterable, Sequence

from api.asking import answered
from api.bodies.answers import AskResponse
from api.bodies.questions import AskManyRequest
from index.library import Library, UnknownDocument
from index.turns import LibraryBusy
from qa.answering import Answerer
from qa.questions import BadQuestion, cleaned

ATTEMPTS = 5
"""How often all is asked again because a document that is cited was removed meanwhile."""


def all_answered(
    answerer: Answerer,
    body: AskManyRequest,
    *,
    default_confidence: float | None,
    budget_ms: float,
    between: Callable[[], None],
) -> list[AskResponse]:
    """The answers, in order; each question is encoded alone, so that it is answered as it would be alone.

    All share ``budget_ms`` for reading: each has what is left for it and those behind it, in equal parts.
    ``between`` is called before each but the first, in the same thread, and may raise to end it all. Where a
    document that is cited was removed meanwhile, all is asked again.

    Raises:
        BadQuestion: one is none; it says which.
        UnknownDocument: one of the ids that were given is not in the library.
        LibraryBusy: documents that are cited are removed again and again.
    """
    _require(body.questions)
    for _ in range(ATTEMPTS):
        with answerer.library.still():
            answers = _answers(answerer, body, default_confidence, budget_ms, between)
        if _all_there(answerer.library, answers):
            return answers
    raise LibraryBusy(
        "the library's documents change faster than questions are answered", remedy="ask fewer questions at once"
    )


def _answers(
    answerer: Answerer,
    body: AskManyRequest,
    default_confidence: float | None,
    budget_ms: float,
    between: Callable[[], None],
) -> list[AskResponse]:
    answers: list[AskResponse] = []
    left_ms = budget_ms
    for done, question in enumerate(body.questions):
        if done:
            between()
        begin = time.perf_counter()
        hurried = answerer.hurried(left_ms / (len(body.questions) - done))
        answers.append(answered(hurried, body.one(question), default_confidence=default_confidence))
        left_ms = max(0.0, left_ms - (time.perf_counter() - begin) * 1000)
    return answers


def _require(questions: Sequence[str]) -> None:
    for number, question in enumerate(questions, start=1):
        try:
            cleaned(question)
        except BadQuestion as error:
            raise BadQuestion(f"question {number}: {error.problem}", remedy=error.remedy) from None


def _all_there(library: Library, answers: Iterable[AskResponse]) -> bool:
    """Whether nothing is cited that was removed meanwhile."""
    try:
        for document_id in {one for answer in answers for one in _cited(answer)}:
            library.summary(document_id)
    except UnknownDocument:
        return False
    return True


def _cited(answer: AskResponse) -> set[str]:
    quotes = [answer.answer, *answer.answer.also] if answer.answer else []
    copies = [copy for one in answer.passages for copy in one.copies]
    cited = [*(one.citation for one in answer.passages), *(one.citation for one in quotes), *copies]
    return {one.document_id for one in cited}
