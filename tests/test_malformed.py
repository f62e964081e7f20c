"""What comes back to bytes that are no HTTP request, from the real process."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from api.settings import Settings
from test_server import running


@pytest.fixture(scope="module")
def address(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with running(tmp_path_factory.mktemp("malformed"), settings.model) as url:
        yield urlsplit(url).hostname or "", urlsplit(url).port or 0


@pytest.mark.parametrize(
    "sent",
    [
        "GET /v1/ask?question=où HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\x00b\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not for this port\r\n\r\n",
    ],
)
def test_it_is_a_problem_with_an_id_and_the_end_of_the_connection(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(sent)
        response = HTTPResponse(connection)
        response.begin()
        problem = json.loads(response.read())
        assert (response.status, response.getheader("Content-Type")) == (400, "application/problem+json")
        assert (problem["status"], problem["type"]) == (400, "urn:pincite:problem:bad-request-line")
        assert "percent-encoding" in problem["remedy"]
        assert problem["instance"] == f"urn:pincite:request:{response.getheader('X-Request-ID')}"
        assert response.getheader("Connection") == "close"
        assert connection.recv(1) == b""
