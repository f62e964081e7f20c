"""The client of a running service."""

from http import HTTPStatus
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ValidationError

from api.bodies.answers import AskResponse
from api.bodies.documents import DocumentResponse
from api.bodies.problems import Problem
from api.bodies.questions import AskRequest
from api.bodies.verification import KeptCitation, VerifyResponse
from index.errors import PinciteError

TIMEOUT_SECONDS = 30.0
ADDING_SECONDS = 900.0
"""A large file is minutes of reading and embedding for the service."""
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

    def add(self, name: str, file: BinaryIO, *, source: str) -> tuple[DocumentResponse, bool]:
        """Send a file, whose ``name`` says its format: its document, and whether that is new.

        Raises as ``ask`` does.
        """
        response = self._answer("POST", "/v1/documents", file=(name, file, source))
        return self._body(response, DocumentResponse), response.status_code == HTTPStatus.CREATED

    def replace(self, document_id: str, name: str, file: BinaryIO, *, source: str) -> DocumentResponse:
        """Put a file in a document's place: the document that is there now; raises as ``ask`` does."""
        response = self._answer("PUT", f"/v1/documents/{document_id}", file=(name, file, source))
        return self._body(response, DocumentResponse)

    def remove(self, document_id: str) -> None:
        """Remove a document; raises as ``ask`` does."""
        self._answer("DELETE", f"/v1/documents/{document_id}")

    def _post(self, path: str, request: BaseModel, kind: type[Response]) -> Response:
        body = request.model_dump(mode="json", exclude_none=True)
        return self._body(self._answer("POST", path, json=body), kind)

    def _body(self, response: httpx2.Response, kind: type[Response]) -> Response:
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise self._stranger() from error

    def _stranger(self) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"what answers at {self._url} is not this version of Pincite", remedy="check the address"
        )

    def _answer(
        self, method: str, path: str, *, json: object = None, file: tuple[str, BinaryIO, str] | None = None
    ) -> httpx2.Response:
        """What comes back for ``json``, or for a form with a file's name, bytes and source."""
        try:
            response = self._http.request(
                method,
                f"{self._url}{path}",
                json=json,
                files={"file": file[:2]} if file else None,
                data={"source": file[2]} if file else None,
                timeout=httpx2.Timeout(TIMEOUT_SECONDS, read=ADDING_SECONDS if file else TIMEOUT_SECONDS),
            )
            if response.is_error:
                raise ServiceRefused(Problem.model_validate_json(response.content))
            return response
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise ServiceUnreachable(
                f"no service answers at {self._url} ({str(error) or type(error).__name__})",
                remedy="start one with 'pincite serve', or check the address",
            ) from error
        except ValidationError as error:
            raise self._stranger() from error


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address without its end
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
