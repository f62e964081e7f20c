"""The client of a running service: what it does where the service is not at its best."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import pytest

from api.bodies.questions import AskRequest
from api.client import AsyncClient, BadArgument, Client, Patience, ServiceRefused, ServiceUnreachable
from api.client.calls import Call
from api.client.exchange import Address, Pause, Send, exchange
from api.client.patience import seconds_asked

REQUEST = AskRequest(question="who?")
STEADY = Patience(chance=lambda: 1.0)
"""Waits whole steps: 0.1, 0.2, 0.4, 0.8 seconds."""
NOT_READY = {"type": "t", "title": "T", "status": 503, "detail": "not loaded", "remedy": "ask again in a second"}
READY = {"status": "ready", "index_version": "1"}
Handler = Callable[[httpx2.Request], httpx2.Response]


def answering(status: int, body: bytes) -> httpx2.MockTransport:
    return httpx2.MockTransport(lambda _: httpx2.Response(status, content=body))


def failing(times: int, failure: Callable[[], httpx2.Response], seen: list[httpx2.Request]) -> Handler:
    """Fails so many times, then is ready; ``failure`` may raise."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return (
            failure() if len(seen) <= times else httpx2.Response(200, json={"documents": [], "next_cursor": None})
        )

    return handle


def busy(**headers: str) -> httpx2.Response:
    return httpx2.Response(503, json=NOT_READY, headers=headers)


def refusing() -> httpx2.Response:
    raise httpx2.ConnectError("connection refused")


def breaking_off() -> httpx2.Response:
    raise httpx2.ReadTimeout("timed out")


def test_a_problem_becomes_an_error_that_says_what_to_do() -> None:
    body = b'{"type": "t", "title": "T", "status": 422, "detail": "it is empty", "remedy": "ask something"}'
    with (
        Client("http://service", transport=answering(422, body)) as client,
        pytest.raises(ServiceRefused, match="it is empty; ask something") as refused,
    ):
        client.ask(REQUEST)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"{}"), (200, b"<html>"), (502, b"bad gateway"), (404, b"{}"), (302, b"")]
)
def test_whatever_is_not_pincite_is_said_so(status: int, body: bytes) -> None:
    with (
        Client("http://service", transport=answering(status, body)) as client,
        pytest.raises(ServiceUnreachable, match="is not this version of Pincite"),
    ):
        client.ask(REQUEST)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://x", "http://", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ServiceUnreachable, match="is not an address"):
        Client(url)


@pytest.mark.parametrize("failure", [busy, refusing])
def test_a_service_that_is_not_there_yet_is_asked_again(failure: Callable[[], httpx2.Response]) -> None:
    seen: list[httpx2.Request] = []
    slept: list[float] = []
    transport = httpx2.MockTransport(failing(3, failure, seen))
    with Client("http://service", transport=transport, patience=STEADY, sleep=slept.append) as client:
        assert list(client.documents()) == []
    assert (len(seen), slept) == (4, [0.1, 0.2, 0.4])


def test_it_is_not_asked_for_ever() -> None:
    seen: list[httpx2.Request] = []
    slept: list[float] = []
    transport = httpx2.MockTransport(failing(99, busy, seen))
    with (
        Client("http://service", transport=transport, patience=STEADY, sleep=slept.append) as client,
        pytest.raises(ServiceRefused, match="not loaded; ask again in a second"),
    ):
        client.ask(REQUEST)
    assert (len(seen), slept) == (5, [0.1, 0.2, 0.4, 0.8])


def test_what_the_service_asks_for_is_waited_and_more() -> None:
    slept: list[float] = []
    transport = httpx2.MockTransport(failing(2, lambda: busy(**{"Retry-After": "1"}), []))
    with Client("http://service", transport=transport, patience=STEADY, sleep=slept.append) as client:
        assert list(client.documents()) == []
    assert slept == [1.1, 1.2]


def test_a_wait_beyond_the_total_time_is_not_begun() -> None:
    slept: list[float] = []
    transport = httpx2.MockTransport(failing(2, lambda: busy(**{"Retry-After": "60"}), []))
    with (
        Client("http://service", transport=transport, patience=STEADY, sleep=slept.append) as client,
        pytest.raises(ServiceRefused),
    ):
        client.ask(REQUEST)
    assert slept == []


def test_a_service_that_breaks_off_is_not_asked_again() -> None:
    """It may have done what was asked."""
    seen: list[httpx2.Request] = []
    with (
        Client("http://service", transport=httpx2.MockTransport(failing(1, breaking_off, seen))) as client,
        pytest.raises(ServiceUnreachable, match="timed out"),
    ):
        client.ask(REQUEST)
    assert len(seen) == 1


def test_what_must_not_be_done_twice_is_not_sent_again_where_the_connection_failed() -> None:
    once: Call[bytes] = Call("POST", "/v1/x", lambda response: response.content, b"{}", repeatable=False)
    address = Address.of("http://service", None, timeout_seconds=3)
    steps = exchange(once, address, STEADY)
    first = steps.send(None)
    assert isinstance(first, Send)
    with pytest.raises(ServiceUnreachable):
        steps.send(httpx2.ConnectError("connection refused"))
    steps = exchange(once, address, STEADY)
    steps.send(None)
    assert steps.send(busy()) == Pause(0.1)


def test_readiness_is_asked_once() -> None:
    seen: list[httpx2.Request] = []
    with Client("http://service", transport=httpx2.MockTransport(failing(99, busy, seen))) as client:
        assert client.ready() is False
    with Client("http://service", transport=answering(200, json.dumps(READY).encode())) as client:
        assert client.ready() is True
    assert len(seen) == 1


def test_documents_are_fetched_page_by_page_as_they_are_wanted() -> None:
    def page(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.query.decode())
        number = int(request.url.params.get("cursor", "0"))
        body = {
            "id": f"{number:016x}",
            "title": "t",
            "source": "s",
            "sha256": "0" * 64,
            "length": 1,
            "passages": 1,
            "media_type": "text/plain",
            "original_sha256": None,
            "metadata": {},
        }
        following = str(number + 1) if number < 2 else None
        return httpx2.Response(200, json={"documents": [body], "next_cursor": following})

    asked: list[str] = []
    with Client("http://service", transport=httpx2.MockTransport(page)) as client:
        found = client.documents()
        assert (next(found).id, asked) == (f"{0:016x}", ["limit=200"])
        assert [one.id for one in found] == [f"{1:016x}", f"{2:016x}"]
    assert asked == ["limit=200", "limit=200&cursor=1", "limit=200&cursor=2"]


def test_the_key_is_sent_and_never_said() -> None:
    seen: list[httpx2.Request] = []
    transport = httpx2.MockTransport(failing(0, busy, seen))
    with Client("http://service", api_key="pk_secret", transport=transport) as client:
        assert list(client.documents()) == []
    assert seen[0].headers["authorization"] == "Bearer pk_secret"
    for wrong in ("pk secret", "pk_s\necret", "pk_sécret"):
        with pytest.raises(BadArgument, match=r"^the key has characters that no key has; copy"):
            Client("http://service", api_key=wrong)


@pytest.mark.parametrize("wrong", ["", "..", "0" * 15, "0" * 16 + "/text", "a\x00b"])
def test_what_is_no_id_is_not_sent(wrong: str) -> None:
    seen: list[httpx2.Request] = []
    with (
        Client("http://service", transport=httpx2.MockTransport(failing(0, busy, seen))) as client,
        pytest.raises(BadArgument, match="is no document's id; list the documents for their ids"),
    ):
        client.text(wrong)
    assert seen == []


def test_every_attempt_has_a_time_limit() -> None:
    address = Address.of("http://service", None, timeout_seconds=3)
    request = address.request(Call("GET", "/readyz", lambda response: response.content))
    assert set(request.extensions["timeout"].values()) == {3}


def test_awaiting_waits_as_long_and_gives_up_as_soon() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def talk() -> None:
        transport = httpx2.MockTransport(failing(99, busy, []))
        async with AsyncClient("http://service", transport=transport, patience=STEADY, sleep=sleep) as client:
            assert await client.ready() is False
            await client.ask(REQUEST)

    with pytest.raises(ServiceRefused, match="not loaded"):
        asyncio.run(talk())
    assert slept == [0.1, 0.2, 0.4, 0.8]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0.0),
        ("", 0.0),
        ("7", 7.0),
        ("-7", 0.0),
        ("soon", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float) -> None:
    assert seconds_asked(header, now=datetime(2026, 11, 22, 12, tzinfo=UTC)) == seconds


def test_chance_shortens_a_wait_by_half_at_most() -> None:
    assert Patience(chance=lambda: 0.0).wait(3, elapsed=0) == 0.2
    assert Patience(chance=lambda: 1.0).wait(3, elapsed=0) == 0.4
    assert 0.2 <= (Patience().wait(3, elapsed=0) or 0) <= 0.4
