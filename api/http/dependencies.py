"""What routes share: the running service, what they require of a body, and the problems that they answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any

from fastapi import Depends, Request

from api.bodies.problems import Problem
from api.http.errors import WrongContentType
from api.http.service import Service
from qa.answering import Answerer

PROBLEMS = {"model": Problem, "content": {"application/problem+json": {}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {**PROBLEMS, "description": meaning}
    for status, meaning in {
        400: "The body is not JSON.",
        404: "A document is not in the library.",
        413: "The body is too large.",
        415: "The body does not say that it is JSON.",
        422: "The request is not valid.",
        503: "Not ready yet, or what keeps the library cannot be reached.",
    }.items()
}


async def service_of(request: Request) -> Service:
    """The running service; async like all here, so that none waits for a thread."""
    service: Service = request.app.state.service
    return service


async def _answerer(service: Annotated[Service, Depends(service_of)]) -> Answerer:
    return service.answerer


async def _require_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise WrongContentType(
            f"the body's content type is '{media_type}'", remedy="send 'Content-Type: application/json'"
        )


async def _held() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


Held = Annotated[AsyncExitStack, Depends(_held, scope="function")]
"""What a request holds until its route returns; ``pop_all`` takes it over where work goes on behind the answer."""
Running = Annotated[Service, Depends(service_of)]
Ready = Annotated[Answerer, Depends(_answerer)]
JSON_ONLY = [Depends(_require_json)]
