"""Answers with a generated part over HTTP: whole, or as a stream of events."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from api.bodies.answers import AskResponse
from api.bodies.generated import GeneratedBody
from api.generating import completed, generating
from api.llm import ModelServer
from index.library import Library
from qa.answers import Answer

EVENTS = EventSourceResponse.media_type
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            EVENTS: {
                "schema": {"type": "string"},
                "example": 'event: sentence\ndata: {"text": "…", "status": "supported", …}\n\n',
            }
        },
        "description": "The answer. With 'generate' and 'Accept: text/event-stream' it comes as events: 'answer' "
        "is all of it but what is generated, each 'sentence' one that was written and checked, and 'done' or "
        "'failed' all that is generated, null where the documents do not answer.",
    }
}


async def generated(
    request: Request, answer: Answer, response: AskResponse, library: Library, server: ModelServer
) -> AskResponse | EventSourceResponse:
    """``response`` with what a model writes to ``answer``, in the form that the request accepts."""
    if not _wants_events(request):
        return await completed(answer, response, library, server)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventSourceResponse(_events(answer, response, library, server), headers=headers)


async def _events(
    answer: Answer, response: AskResponse, library: Library, server: ModelServer
) -> AsyncGenerator[bytes]:
    yield _event("answer", response)
    if response.answer is None:
        yield _event("done", None)
        return
    async with contextlib.aclosing(generating(answer, library, server)) as parts:
        async for part in parts:
            if isinstance(part, GeneratedBody):
                yield _event("done" if part.status == "complete" else "failed", part)
            else:
                yield _event("sentence", part)


def _event(name: str, body: BaseModel | None) -> bytes:
    return format_sse_event(event=name, data_str=body.model_dump_json() if body else "null")


def _wants_events(request: Request) -> bool:
    accepted = request.headers.get("accept", "").split(",")
    return any(one.partition(";")[0].strip().lower() == EVENTS for one in accepted)
