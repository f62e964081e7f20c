"""A call from its first attempt to its result: what to do next is decided here, and done by whoever drives it."""

import json
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import ValidationError

from api.bodies.problems import Problem
from api.client.calls import Call, Upload
from api.client.failures import BadArgument, ServiceRefused, ServiceUnreachable
from api.client.patience import Patience, seconds_asked

NOT_NOW = 503
AGENT = (("User-Agent", "pincite"),)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Send:
    """Send this request, and bring its response, or the error that there was instead."""

    request: httpx2.Request


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds, and bring nothing."""

    seconds: float


Step = Send | Pause
Outcome = httpx2.Response | Exception | None
Exchange = Generator[Step, Outcome, Result]
FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError)
"""What a driver catches and brings as a ``Send``'s outcome."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is, the key that it wants, and how long an attempt may wait for each of its parts."""

    url: str
    headers: tuple[tuple[str, str], ...]
    timeout_seconds: float

    @classmethod
    def of(cls, url: str, api_key: str | None, *, timeout_seconds: float) -> "Address":
        """Checked, so that no request can fail for them.

        Raises:
            ServiceUnreachable: ``url`` is no http address.
            BadArgument: the key cannot be sent.
        """
        if not _is_address(url):
            raise ServiceUnreachable(f"'{url}' is not an address", remedy="write it as http://127.0.0.1:8000")
        if not api_key:
            return cls(url.rstrip("/"), AGENT, timeout_seconds)
        if not all("!" <= letter <= "~" for letter in api_key):
            raise BadArgument("the key has characters that no key has", remedy="copy it once more, whole")
        return cls(url.rstrip("/"), (*AGENT, ("Authorization", f"Bearer {api_key}")), timeout_seconds)

    def request(self, call: Call[Result]) -> httpx2.Request:
        """The request of one call."""
        kind = () if call.body is None else (("Content-Type", "application/json"),)
        timeout = httpx2.Timeout(self.timeout_seconds, read=max(self.timeout_seconds, call.seconds))
        return httpx2.Request(
            call.method,
            f"{self.url}{call.path}",
            content=call.body,
            files={"file": (call.upload.name, call.upload.file)} if call.upload else None,
            data=_fields(call.upload) if call.upload else None,
            headers=[*self.headers, *kind],
            extensions={"timeout": timeout.as_dict()},
        )


def exchange(call: Call[Result], address: Address, patience: Patience) -> Exchange[Result]:
    """Send until there is a result, waiting where the service is not ready or refuses the connection.

    Raises:
        ServiceRefused: it answered with a problem.
        ServiceUnreachable: it did not answer, or not as Pincite does.
    """
    begin = time.monotonic()
    failed = 0
    while True:
        outcome = yield from _sent(call, address)
        failed += 1
        wait = None
        if _again(outcome, call):
            asked = _asked(outcome)
            wait = patience.wait(failed, elapsed=time.monotonic() - begin, asked=asked)
        if wait is None:
            return _result(outcome, call, address)
        yield Pause(wait)


def _sent(call: Call[Result], address: Address) -> Generator[Step, Outcome, httpx2.Response | Exception]:
    try:
        request = address.request(call)
    except FAILURES as error:
        return error
    outcome = yield Send(request)
    if outcome is None:
        raise TypeError("a request has an outcome")
    return outcome


def _again(outcome: httpx2.Response | Exception, call: Call[Result]) -> bool:
    """Whether trying again can help: a 503 says that nothing was done, a refused connection may not."""
    if isinstance(outcome, httpx2.Response):
        return outcome.status_code == NOT_NOW
    return isinstance(outcome, httpx2.ConnectError) and call.repeatable


def _asked(outcome: httpx2.Response | Exception) -> float:
    header = outcome.headers.get("retry-after") if isinstance(outcome, httpx2.Response) else None
    return seconds_asked(header, now=datetime.now(UTC))


def _result(outcome: httpx2.Response | Exception, call: Call[Result], address: Address) -> Result:
    if isinstance(outcome, Exception):
        raise ServiceUnreachable(
            f"no service answers at {address.url} ({str(outcome) or type(outcome).__name__})",
            remedy="start one with 'pincite serve', or check the address",
        ) from outcome
    try:
        if outcome.is_error:
            raise ServiceRefused(Problem.model_validate_json(outcome.content))
        if not outcome.is_success:
            raise ValueError(f"status {outcome.status_code}")
        return call.read(outcome)
    except (ValidationError, ValueError) as error:
        raise ServiceUnreachable(
            f"what answers at {address.url} is not this version of Pincite", remedy="check the address"
        ) from error


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address without its end
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _fields(upload: Upload) -> dict[str, str]:
    """What is said of a file beside it."""
    said = {"metadata": json.dumps(dict(upload.metadata))} if upload.metadata else {}
    return {"source": upload.source, **said}
