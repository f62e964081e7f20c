"""Every error as a problem (RFC 9457): one table from exception to status."""

import http
import json
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.access.permission import Forbidden, Unauthorized
from api.bodies.problems import Problem
from api.http.marks import marks, request_id
from api.http.metrics import Metrics
from api.http.places import Overloaded
from api.http.rates import TooManyRequests
from api.http.refusals import BadForm, KeyInUse, KeyUsedBefore, NoLongerThere, PreconditionFailed
from api.llm import NoLanguageModel
from api.mcp.tools import BadRange
from api.notation import BadCondition
from index.database import DiskFull
from index.documents import UnusableText
from index.engine import EngineFailed
from index.errors import PinciteError
from index.filters import BadFilter
from index.fingerprints import OtherModel
from index.formats.extracted import TooLarge, UnreadableFile
from index.formats.table import UnknownFormat
from index.library import UnknownDocument
from index.metadata import BadMetadata
from index.texts import DamagedDocument
from index.turns import LibraryBusy, UnusableFolder
from qa.citing import MismatchedCitation
from qa.questions import BadQuestion

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
NO_JSON = "the body is not valid JSON in UTF-8"
logger = logging.getLogger(__name__)


class NotReady(PinciteError):
    """The model and the index are still being loaded."""

    def __init__(self) -> None:
        super().__init__("the model and the index are still being loaded", remedy="ask again in a second")


class WrongContentType(PinciteError):
    """A body that does not say that it is JSON."""


STATUS: Mapping[type[PinciteError], int] = {
    Unauthorized: 401,
    Forbidden: 403,
    BadQuestion: 422,
    BadMetadata: 422,
    BadFilter: 422,
    BadCondition: 422,
    UnknownFormat: 415,
    TooLarge: 413,
    UnreadableFile: 422,
    UnusableText: 422,
    BadForm: 400,
    PreconditionFailed: 412,
    KeyInUse: 409,
    KeyUsedBefore: 422,
    NoLongerThere: 410,
    BadRange: 422,
    NoLanguageModel: 422,
    UnknownDocument: 404,
    WrongContentType: 415,
    TooManyRequests: 429,
    NotReady: 503,
    Overloaded: 503,
    LibraryBusy: 503,
    OtherModel: 503,
    EngineFailed: 503,
    DiskFull: 507,
    UnusableFolder: 507,
}
"""Errors that are not the service's fault; every other one is answered 500 and logged."""

_DETAILS = {404: "there is nothing at this address", 405: "this address does not take that method"}
_REMEDIES = {
    404: "see /docs for the addresses that there are",
    405: "see the Allow header for the methods that this address takes",
    408: "send the body faster, or in smaller parts",
    413: "send less, or cut it into parts",
}

_NAMES = {413: "body-too-large"}
"""Where Python's own phrase is another from version to version."""


_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": str(RETRY_SECONDS)},
}


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries ``problem``; ASCII only, so that no input can make it fail.

    It has the marks itself: a mistake is answered by the framework's outermost layer, outside all others.
    """
    content = json.dumps(problem.model_dump(exclude_none=True))
    given = {**_HEADERS.get(problem.status, {}), **(headers or {})}
    return Response(content, problem.status, {**marks(), **given}, MEDIA_TYPE)


def answer_to(error: PinciteError, headers: Mapping[str, str] | None = None) -> Response:
    """The problem that ``error`` is; for what stands before the routes, whose errors no handler catches."""
    return problem_response(problem_of(error), headers)


def problem_of(error: PinciteError) -> Problem:
    """What is told of ``error``; where it is the service's own, no more than that, and the log has the rest."""
    status = next((s for kind, s in STATUS.items() if isinstance(error, kind)), None)
    return _problem(status, _name(error), error.problem, error.remedy) if status else _logged(error)


def answer_to_any(request: Request, error: Exception) -> Response:
    """The problem that any error of a route's is, as the handlers below answer it."""
    if isinstance(error, RequestValidationError):
        return _invalid(request, error)
    return _http(request, error) if isinstance(error, HTTPException) else _pincite(request, error)


def count(error: Exception, metrics: Metrics) -> None:
    """Count it where a citation was not sent."""
    if isinstance(error, MismatchedCitation | DamagedDocument):
        metrics.mismatched()


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem."""
    app.add_exception_handler(PinciteError, _pincite)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def _problem(
    status: int, name: str, detail: str, remedy: str, errors: list[dict[str, str]] | None = None
) -> Problem:
    return Problem(
        type=f"urn:pincite:problem:{name}",
        title=http.HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        remedy=remedy,
        errors=errors or [],
        instance=f"urn:pincite:request:{asked}" if (asked := request_id()) else None,
    )


def _pincite(request: Request, error: Exception) -> Response:
    count(error, request.app.state.metrics)
    return answer_to(error) if isinstance(error, PinciteError) else _mistake(error)


def _invalid(_: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    places = [{"where": ".".join(str(part) for part in one["loc"]), "problem": str(one["msg"])} for one in found]
    if any(one["type"] == "json_invalid" for one in found):
        problem = _problem(400, "bad-json", NO_JSON, "send a JSON object", places)
    else:
        detail = "; ".join(f"{place['where']}: {place['problem']}" for place in places)
        problem = _problem(422, "bad-request", detail, "correct what is named; /docs shows what is taken", places)
    return problem_response(problem)


def answer_to_http(error: HTTPException, headers: Mapping[str, str] | None = None) -> Response:
    """The problem that an error of the framework is."""
    if error.status_code == 400:  # FastAPI's own, for a body that is no JSON in another way than a wrong letter
        return problem_response(_problem(400, "bad-json", NO_JSON, "send a JSON object"))
    phrase = http.HTTPStatus(error.status_code).phrase
    remedy = _REMEDIES.get(error.status_code, "see /docs for what is taken")
    name = _NAMES.get(error.status_code, phrase.lower().replace(" ", "-"))
    detail = _DETAILS.get(error.status_code, "") if error.detail == phrase else ""
    problem = _problem(error.status_code, name, detail or str(error.detail), remedy)
    return problem_response(problem, {**(error.headers or {}), **(headers or {})})


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unexpected(request, error)
    return answer_to_http(error, {"Allow": _allowed(request)} if error.status_code == 405 else {})


def _allowed(request: Request) -> str:
    """Every method that some route takes at this address; Starlette's own header names those of the first only."""
    operations = request.app.openapi()["paths"]
    asked = request.url.path.split("/")
    methods = {
        method.upper()
        for path, taken in operations.items()
        if len(parts := path.split("/")) == len(asked)
        and all(part == given or part.startswith("{") for part, given in zip(parts, asked, strict=True))
        for method in taken
    }
    described = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    return described or "GET, HEAD"  # the page, which is no part of the described interface


def _gone(_: Request, __: Exception) -> Response:
    """For nobody: the client went away before it had sent all."""
    return Response(status_code=400)


def _unexpected(_: Request, error: Exception) -> Response:
    return _mistake(error)


def _mistake(error: Exception) -> Response:
    return problem_response(_logged(error))


def _logged(error: Exception) -> Problem:
    logger.error("a request failed", exc_info=error)
    return _problem(500, "internal-error", "the service made a mistake", "try again, and report it if it stays")


def _name(error: PinciteError) -> str:
    """``UnknownDocument`` as ``unknown-document``."""
    name = type(error).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")
