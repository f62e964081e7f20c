"""The client of a running service."""

import httpx2
import pytest

from api.bodies.questions import AskRequest
from api.client import Client, ServiceRefused, ServiceUnreachable

REQUEST = AskRequest(question="who?")


def answering(status: int, body: bytes) -> httpx2.MockTransport:
    return httpx2.MockTransport(lambda _: httpx2.Response(status, content=body))


def test_a_problem_becomes_an_error_that_says_what_to_do() -> None:
    body = b'{"type": "t", "title": "T", "status": 422, "detail": "it is empty", "remedy": "ask something"}'
    with (
        Client("http://service", transport=answering(422, body)) as client,
        pytest.raises(ServiceRefused, match="it is empty; ask something") as refused,
    ):
        client.ask(REQUEST)
    assert refused.value.problem_body.status == 422


@pytest.mark.parametrize(("status", "body"), [(200, b"{}"), (200, b"<html>"), (502, b"bad gateway"), (404, b"{}")])
def test_whatever_is_not_pincite_is_said_so(status: int, body: bytes) -> None:
    with (
        Client("http://service", transport=answering(status, body)) as client,
        pytest.raises(ServiceUnreachable, match="is not this version of Pincite"),
    ):
        client.ask(REQUEST)


def test_a_service_that_breaks_off_is_unreachable() -> None:
    def broken(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("timed out")

    with (
        Client("http://service", transport=httpx2.MockTransport(broken)) as client,
        pytest.raises(ServiceUnreachable, match="timed out"),
    ):
        client.ask(REQUEST)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://x", "http://", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ServiceUnreachable, match="is not an address"):
        Client(url)
