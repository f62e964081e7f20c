"""An answer's second part, written by a language model and checked sentence by sentence."""

import contextlib
import logging
import time
from collections.abc import AsyncGenerator

from starlette.concurrency import run_in_threadpool

from api.bodies.answers import AskResponse
from api.bodies.generated import GeneratedBody, WrittenSentenceBody
from api.llm import ModelFailed, ModelServer, written
from index.errors import PinciteError
from index.library import Library
from qa.answers import Answer
from qa.generating.writing import Writing
from qa.generating.written import WrittenSentence

NOTHING = "the language model wrote nothing"
UNCHECKED = "what the language model wrote could not be checked"
logger = logging.getLogger(__name__)


async def generating(
    answer: Answer, library: Library, server: ModelServer
) -> AsyncGenerator[WrittenSentenceBody | GeneratedBody]:
    """Each sentence as soon as it is checked, then all of them and how it ended.

    Whatever becomes of the model, that end comes, within the time that ``server`` allows; closing the iterator ends
    the request to the model.
    """
    begin = time.perf_counter()
    found: list[WrittenSentenceBody] = []
    problem: str | None = None
    try:
        async with contextlib.aclosing(_checked(Writing(answer, library), server)) as sentences:
            async for sentence in sentences:
                if isinstance(sentence, ModelFailed):
                    problem = str(sentence)
                    logger.warning("a generated answer did not end well: %s", problem)
                else:
                    found.append(WrittenSentenceBody.of(sentence))
                    yield found[-1]
    except PinciteError as error:
        problem = UNCHECKED
        logger.error("a generated answer could not be checked", exc_info=error)
    if not found and problem is None:
        problem = NOTHING
    status = "complete" if problem is None else "cut_off" if found else "failed"
    took_ms = round((time.perf_counter() - begin) * 1000, 2)
    yield GeneratedBody(model=server.model, status=status, sentences=found, problem=problem, took_ms=took_ms)


async def completed(answer: Answer, response: AskResponse, library: Library, server: ModelServer) -> AskResponse:
    """``response`` with what the model wrote; as it is where the documents do not answer."""
    if response.answer is None:
        return response
    generated = [one async for one in generating(answer, library, server) if isinstance(one, GeneratedBody)]
    return response.model_copy(update={"answer": response.answer.model_copy(update={"generated": generated[0]})})


async def _checked(writing: Writing, server: ModelServer) -> AsyncGenerator[WrittenSentence | ModelFailed]:
    """The sentences, checked in a thread, and the failure where there was one."""
    failure: ModelFailed | None = None
    try:
        async with contextlib.aclosing(written(server, writing.messages)) as pieces:
            async for piece in pieces:
                for sentence in await run_in_threadpool(writing.add, piece):
                    yield sentence
    except ModelFailed as error:
        failure = error
    for sentence in await run_in_threadpool(writing.end, cut=failure is not None):
        yield sentence
    if failure:
        yield failure
