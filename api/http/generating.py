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
UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
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
    if not wants_events(request):
        return await completed(answer, response, library, server)
    return EventSourceResponse(_events(answer, response, library, server), headers=UNBUFFERED)


async def _events(
    answer: Answer, response: AskResponse, library: Library, server: ModelServer
) -> AsyncGenerator[bytes]:
    yield event("answer", response)
    if response.answer is None:
        yield event("done", None)
        return
    async with contextlib.aclosing(generating(answer, library, server)) as parts:
        async for part in parts:
            if isinstance(part, GeneratedBody):
                yield event("done" if part.status == "complete" else "failed", part)
            else:
                yield event("sentence", part)


def event(name: str, body: BaseModel | None) -> bytes:
    """One event."""
    return format_sse_event(event=name, data_str=body.model_dump_json() if body else "null")


def wants_events(request: Request) -> bool:
    """Whether it accepts a stream of events, and names JSON not at all or behind it."""
    accepted = (one.partition(";")[0].strip().lower() for one in request.headers.get("accept", "").split(","))
    return next((one == EVENTS for one in accepted if one in {EVENTS, "application/json"}), False)
