"""Questions beyond what can be worked on wait, or are refused; the rest is answered meanwhile."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.http.admission import Admission
from api.http.app import create_app
from api.http.pace import Pace
from api.http.places import Limits, Places
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.documents import Document
from index.embedding import Vectors
from index.library import Library
from qa.answering import Answerer
from word_embedder import WordEmbedder

ASK = {"question": "what came?"}


class GatedEmbedder(WordEmbedder):
    """Embeds a question once its gate is open."""

    def __init__(self, *words: str) -> None:
        super().__init__(*words)
        self.gate = threading.Event()
        self.gate.set()

    def embed_question(self, question: str) -> Vectors:
        assert self.gate.wait(30)
        return super().embed_question(question)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def busy(folder: Path, *, waiting: int, wait_ms: float) -> Iterator[tuple[TestClient, Places, GatedEmbedder]]:
    """A service that works on one question at a time, and whose questions stay at work until the gate opens."""
    embedder = GatedEmbedder("storm")

    def opened(settings: Settings) -> Answerer:
        library = Library.local(settings.data, embedder)
        library.add([Document.from_text("The storm came.", title="t", source="s")])
        return Answerer(library)

    settings = Settings(data=folder, max_concurrent_questions=1, max_waiting_questions=waiting, max_wait_ms=wait_ms)
    app = create_app(settings, opener=opened)
    with TestClient(app, base_url=LOCAL) as client:
        wait_until_ready(client)
        embedder.gate.clear()
        try:
            yield client, app.state.places, embedder
        finally:
            embedder.gate.set()


def test_a_question_too_many_is_refused_at_once_and_all_else_is_answered(tmp_path: Path) -> None:
    with (
        busy(tmp_path, waiting=1, wait_ms=60_000) as (client, places, embedder),
        ThreadPoolExecutor(2) as others,
    ):
        working = others.submit(client.post, "/v1/ask", json=ASK)
        until(lambda: places.working == 1)
        waiting = others.submit(client.get, "/v1/ask", params=ASK)
        until(lambda: places.waiting == 1)
        for refused in (
            client.post("/v1/ask", json=ASK),
            client.get("/v1/ask", params=ASK),
            client.head("/v1/ask", params=ASK),
            client.post("/v1/search", json=ASK),
            client.post("/v1/verify", json={}),
        ):
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert client.post("/v1/ask", json=ASK, headers={"x-request-id": "c"}).json() == {
            "type": "urn:pincite:problem:overloaded",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "more is asked than can be answered in time",
            "remedy": "ask again in a second",
            "errors": [],
            "instance": "urn:pincite:request:c",
        }
        for path in ("/healthz", "/readyz", "/v1/documents"):
            assert client.get(path).status_code == 200
        assert {"pincite_questions_working 1.0", "pincite_questions_waiting 1.0"} <= set(
            client.get("/metrics").text.splitlines()
        )
        embedder.gate.set()
        assert [done.result(30).status_code for done in (working, waiting)] == [200, 200]
        assert (places.working, places.waiting) == (0, 0)


def test_a_question_that_waits_too_long_is_refused(tmp_path: Path) -> None:
    with (
        busy(tmp_path, waiting=8, wait_ms=20) as (client, places, embedder),
        ThreadPoolExecutor(1) as others,
    ):
        working = others.submit(client.post, "/v1/ask", json=ASK)
        until(lambda: places.working == 1)
        assert client.post("/v1/ask", json=ASK).json()["type"] == "urn:pincite:problem:overloaded"
        embedder.gate.set()
        assert working.result(30).status_code == 200


def scope(path: str = "/v1/ask") -> Scope:
    return {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}


class Wire:
    """A client's side: what it sends, message by message, and what it was sent."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)
        self.gone = asyncio.Event()
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self._messages:
            return self._messages.pop(0)
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_client_that_goes_away_while_waiting_never_reaches_the_routes() -> None:
    async def scenario() -> None:
        reached: list[bytes] = []
        free = asyncio.Event()

        async def route(_: Scope, receive: Receive, __: Send) -> None:
            reached.append((await receive())["body"])
            await free.wait()

        places = Places(Limits(1, 2, 60_000))
        app = Admission(route, places=places)
        wires = [Wire(part(b"{}", more=True), part(bytes([i]))) for i in range(3)]
        tasks = []
        for wire in wires:
            tasks.append(asyncio.create_task(app(scope(), wire.receive, wire.send)))
            await settled()
        wires[1].gone.set()
        await settled()
        assert (places.working, places.waiting) == (1, 1)
        free.set()
        await asyncio.gather(*tasks)
        assert reached == [b"{}\x00", b"{}\x02"]
        assert [wire.sent for wire in wires] == [[], [], []]
        assert (places.working, places.waiting) == (0, 0)

    asyncio.run(scenario())


def test_a_client_that_goes_away_before_its_question_has_come_takes_no_place() -> None:
    async def scenario() -> None:
        async def route(_: Scope, __: Receive, ___: Send) -> None:
            raise AssertionError

        wire = Wire(part(b"{", more=True))
        wire.gone.set()
        await Admission(route, places=Places(Limits(1, 0, 1)))(scope(), wire.receive, wire.send)
        assert wire.sent == []

    asyncio.run(scenario())


def test_a_question_that_comes_too_slowly_holds_no_place_and_is_ended() -> None:
    async def scenario() -> None:
        async def route(_: Scope, __: Receive, ___: Send) -> None:
            raise AssertionError

        places = Places(Limits(1, 0, 1))
        wire = Wire(part(b"{", more=True))
        task = asyncio.create_task(
            Pace(Admission(route, places=places), seconds=0.05)(scope(), wire.receive, wire.send)
        )
        await settled()
        assert places.working == 0
        await task
        assert wire.sent[0]["status"] == 408
        assert (b"connection", b"close") in wire.sent[0]["headers"]
        assert b'"urn:pincite:problem:request-timeout"' in wire.sent[1]["body"]

    asyncio.run(scenario())


@pytest.mark.parametrize(("size", "arrives"), [(1, False), (100_000, True)])
def test_a_body_that_keeps_coming_has_more_time(size: int, arrives: bool) -> None:
    """Ten parts, each 20 ms after the other: more than 50 ms only where they bring 10,000 bytes a second."""

    async def scenario() -> None:
        received: list[int] = []

        async def receive() -> Message:
            await asyncio.sleep(0.02)
            received.append(size)
            return part(b"x" * size, more=len(received) < 10)

        async def route(_: Scope, receive: Receive, send: Send) -> None:
            while (await receive())["more_body"]:
                pass
            await send({"type": "http.response.start", "status": 200, "headers": []})

        wire = Wire()
        await Pace(route, seconds=0.05)(scope("/v1/documents"), receive, wire.send)
        assert wire.sent[0]["status"] == (200 if arrives else 408)
        assert (len(received) == 10) is arrives

    asyncio.run(scenario())


def test_time_that_the_service_takes_is_not_the_body_s() -> None:
    async def scenario() -> None:
        async def route(_: Scope, receive: Receive, send: Send) -> None:
            while (await receive())["more_body"]:
                await asyncio.sleep(0.05)
            await send({"type": "http.response.start", "status": 200, "headers": []})

        wire = Wire(part(b"x", more=True), part(b"y", more=True), part(b"z"))
        await Pace(route, seconds=0.06)(scope("/v1/documents"), wire.receive, wire.send)
        assert wire.sent[0]["status"] == 200

    asyncio.run(scenario())
