"""What is answered to bytes that are no HTTP request."""

import secrets

import h11
from starlette.responses import Response

from api.bodies.problems import Problem
from api.http.errors import problem_response
from api.http.marks import HEADER

_REMEDY = "send HTTP/1.1, and whatever is not ASCII in an address as UTF-8 in percent-encoding: %C3%A9 for é"


def answer_to_malformed(what: str) -> Response:
    """The problem; no route and no log ever sees the request, so that its id is made here."""
    named = secrets.token_hex(8)
    problem = Problem(
        type="urn:pincite:problem:bad-request-line",
        title="Bad Request",
        status=400,
        detail=what,
        remedy=_REMEDY,
        errors=[],
        instance=f"urn:pincite:request:{named}",
    )
    return problem_response(problem, {HEADER: named, "Connection": "close"})


def as_events(response: Response) -> tuple[h11.Response, h11.Data, h11.EndOfMessage]:
    """``response`` as the protocol's own events."""
    head = h11.Response(status_code=response.status_code, headers=response.raw_headers, reason=b"Bad Request")
    return head, h11.Data(data=bytes(response.body)), h11.EndOfMessage()
