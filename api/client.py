"""The client of a running service."""

from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ValidationError

from api.bodies.answers import AskResponse
from api.bodies.problems import Problem
from api.bodies.questions import AskRequest
from api.bodies.verification import KeptCitation, VerifyResponse
from index.errors import PinciteError

TIMEOUT_SECONDS = 30.0
Response = TypeVar("Response", bound=BaseModel)


class ServiceUnreachable(PinciteError):
    """Nothing answers at the address, or what answers is not Pincite."""


class ServiceRefused(PinciteError):
    """The service answered with a problem, which is ``problem_body``."""

    def __init__(self, body: Problem) -> None:
        super().__init__(body.detail, remedy=body.remedy)
        self.problem_body = body


class Client:
    """Asks the service at ``url``; a context manager that holds its connections."""

    def __init__(self, url: str, *, transport: httpx2.BaseTransport | None = None) -> None:
        """Raises ServiceUnreachable where ``url`` is no http address."""
        if not _is_address(url):
            raise ServiceUnreachable(f"'{url}' is not an address", remedy="write it as http://127.0.0.1:8000")
        self._url = url.rstrip("/")
        self._http = httpx2.Client(timeout=TIMEOUT_SECONDS, transport=transport)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, request: AskRequest) -> AskResponse:
        """The service's answer.

        Raises:
            ServiceRefused: it answered with a problem.
            ServiceUnreachable: it did not answer, or not as Pincite does.
        """
        return self._post("/v1/ask", request, AskResponse)

    def verify(self, citation: KeptCitation) -> VerifyResponse:
        """The service's verdict on a citation; raises as ``ask`` does."""
        return self._post("/v1/verify", citation, VerifyResponse)

    def _post(self, path: str, request: BaseModel, kind: type[Response]) -> Response:
        body = request.model_dump(mode="json", exclude_none=True)
        try:
            response = self._http.post(f"{self._url}{path}", json=body)
            if response.is_error:
                raise ServiceRefused(Problem.model_validate_json(response.content))
            return kind.model_validate_json(response.content)
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise ServiceUnreachable(
                f"no service answers at {self._url} ({str(error) or type(error).__name__})",
                remedy="start one with 'pincite serve', or check the address",
            ) from error
        except ValidationError as error:
            raise ServiceUnreachable(
                f"what answers at {self._url} is not this version of Pincite", remedy="check the address"
            ) from error


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address without its end
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
