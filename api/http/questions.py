"""The routes of questions."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from api.asking import asked, searched
from api.bodies.answers import AnswersResponse, AskResponse, SearchResponse
from api.bodies.questions import MAX_TOP_K, QUESTION, Asked, AskRequest, DocumentId, SearchRequest
from api.http.admission import LEAVE
from api.http.batches import all_asked
from api.http.dependencies import JSON_ONLY, RESPONSES, Ready, Running
from api.http.freshness import Freshness
from api.http.generating import STREAMED, generated
from api.http.metrics import Metrics
from api.http.monitoring import Counted
from api.http.parameters import KNOWN_ONLY
from api.http.preconditions import Known
from api.http.service import Service
from api.llm import ModelServer
from api.notation import filter_of
from api.settings import Settings
from qa.answering import Answerer

logger = structlog.get_logger(__name__)
TAGGED: dict[int | str, dict[str, Any]] = {
    200: {
        **STREAMED[200],
        "headers": {
            "ETag": {
                "description": "The answer's entity tag, as long as the library is not changed; none where a "
                "language model writes, or time was too short to read all.",
                "schema": {"type": "string"},
            }
        },
    },
    304: {"description": "If-None-Match names it: it is what the client has."},
}
questions = APIRouter(prefix="/v1", tags=["questions"], dependencies=KNOWN_ONLY, responses=RESPONSES)


@questions.post("/ask", dependencies=JSON_ONLY, response_model=AskResponse | AnswersResponse, responses=STREAMED)
async def ask(
    body: Asked, answerer: Ready, service: Running, counted: Counted, request: Request
) -> AskResponse | AnswersResponse | EventSourceResponse:
    """Answer a question with the exact sentence, or say that the documents do not.

    With 'questions' instead of 'question' it answers several, in their order, from one state of the library.
    """
    if isinstance(body, AskRequest):
        return await ask_one(body, answerer, service, counted, request)
    response = await all_asked(body, answerer, service.settings, request)
    for answer in response.answers:
        tell(answer, service.settings, counted)
    return response


async def ask_one(
    body: AskRequest, answerer: Answerer, service: Service, counted: Metrics, request: Request
) -> AskResponse | EventSourceResponse:
    """Answer one question, in the form that the request accepts."""
    settings = service.settings
    server = ModelServer.of(settings) if body.generate else None
    answer, response = await run_in_threadpool(asked, answerer, body, default_confidence=settings.min_confidence)
    tell(response, settings, counted)
    if server is None:
        return response
    getattr(request.state, LEAVE)()
    return await generated(request, answer, response, answerer.library, server)


def tell(response: AskResponse, settings: Settings, metrics: Metrics) -> None:
    """Count an answer, and log it."""
    metrics.asked(answerable=response.answerable)
    question = {"question": response.question} if settings.log_questions else {}
    logger.info(
        "question",
        answerable=response.answerable,
        confidence=response.confidence,
        passages=len(response.passages),
        index_version=response.index_version,
        ms=response.took_ms,
        **question,
    )


async def _addressed(
    *,
    question: Annotated[str, Query(examples=["who took responsibility?"], json_schema_extra=QUESTION)],
    top_k: Annotated[int, Query(ge=1, le=MAX_TOP_K)] = 5,
    document_ids: Annotated[list[DocumentId] | None, Query(max_length=1000)] = None,
    where: Annotated[
        list[str] | None,
        Query(max_length=100, description="NAME=VALUE, NAME>=VALUE or NAME<=VALUE, as of 'pincite ask --where'."),
    ] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    explain: Annotated[bool, Query()] = False,
    generate: Annotated[bool, Query()] = False,
) -> AskRequest:
    return AskRequest(
        question=question,
        top_k=top_k,
        document_ids=document_ids or None,
        metadata=filter_of(where or []),
        min_confidence=min_confidence,
        explain=explain,
        generate=generate,
    )


@questions.get("/ask", response_model=AskResponse, responses=TAGGED)
async def ask_by_address(
    *,
    body: Annotated[AskRequest, Depends(_addressed)],
    answerer: Ready,
    service: Running,
    counted: Counted,
    request: Request,
    response: Response,
    if_none_match: Known = None,
) -> AskResponse | Response:
    """The same, for browsers and curl; who has the answer already is told so, and nothing is looked for."""
    freshness = Freshness(service.run, body, if_none_match)
    if unchanged := await freshness.unchanged(answerer.library):
        return unchanged
    answer = await ask_one(body, answerer, service, counted, request)
    return freshness.marked(answer, response) if isinstance(answer, AskResponse) else answer


@questions.post("/search", dependencies=JSON_ONLY)
def search(body: SearchRequest, answerer: Ready) -> SearchResponse:
    """The passages nearest to a question, without an answer."""
    return searched(answerer, body)
