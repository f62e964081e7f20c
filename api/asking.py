"""A question's body in, its answer's body out: the same for HTTP and for the command line."""

import time

from api.bodies.answers import AskResponse, PassageBody, SearchResponse
from api.bodies.questions import AskRequest, SearchRequest
from qa.answering import Answerer
from qa.answers import Answer


def answered(answerer: Answerer, body: AskRequest, *, default_confidence: float | None) -> AskResponse:
    """Ask; a request without a threshold takes ``default_confidence``."""
    return asked(answerer, body, default_confidence=default_confidence)[1]


def asked(answerer: Answerer, body: AskRequest, *, default_confidence: float | None) -> tuple[Answer, AskResponse]:
    """Ask, for who goes on with the answer: it, and its body."""
    begin = time.perf_counter()
    answer = answerer.ask(
        body.question,
        top_k=body.top_k,
        scope=body.scope(),
        min_confidence=default_confidence if body.min_confidence is None else body.min_confidence,
        read=body.read,
        explained=body.explain,
    )
    return answer, AskResponse.of(answer, took_ms=_since(begin))


def searched(answerer: Answerer, body: SearchRequest) -> SearchResponse:
    """Search without answering."""
    begin = time.perf_counter()
    found = answerer.search(body.question, top_k=body.top_k, scope=body.scope(), explained=body.explain)
    return SearchResponse(
        question=found.question,
        passages=[PassageBody.of(passage) for passage in found.passages],
        index_version=found.index_version,
        took_ms=_since(begin),
    )


def _since(begin: float) -> float:
    """Milliseconds, to a hundredth."""
    return round((time.perf_counter() - begin) * 1000, 2)
