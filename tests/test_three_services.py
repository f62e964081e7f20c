"""Three services on one engine are one library: what one acknowledges holds for the others."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from milvus_lite import MilvusLite, milvus_lite
from processes import Server, started

ROUNDS = 10
PATIENCE_SECONDS = 20
PROBLEM = "application/problem+json"
AWAY = ("urn:pincite:problem:engine-unavailable", "urn:pincite:problem:overloaded")
"""What is answered while the engine is away: nobody else's mistake, and nothing of the inside."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Services on one engine; the client goes round them."""

    engine: MilvusLite
    servers: Sequence[Server]
    clients: Sequence[httpx2.Client]
    turns: "itertools.cycle[httpx2.Client]"

    def next(self) -> httpx2.Client:
        """The next service's client."""
        return next(self.turns)

    def add(self, text: str) -> str:
        """The id of a document that one of them has acknowledged."""
        response = self.next().post("/v1/documents", json={"text": text, "title": text[:20]})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


def cited(client: httpx2.Client, question: str) -> dict[str, str]:
    """The documents that an answer cites, each with the text of the passage; every citation was checked there."""
    response = client.post("/v1/ask", json={"question": question, "top_k": 20, "read": False})
    assert response.status_code == 200, response.text
    return {one["citation"]["document_id"]: one["text"] for one in response.json()["passages"]}


@pytest.fixture(scope="module")
def cluster(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Each in a data folder of its own, started one after the other: this engine lets one writer at a time in."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "seeds").mkdir()
    with milvus_lite(folder / "milvus") as engine, contextlib.ExitStack() as stack:
        given = {
            "PINCITE_ENGINE": "milvus",
            "PINCITE_MILVUS_URI": engine.uri,
            "PINCITE_SEEDS": str(folder / "seeds"),
            "PINCITE_RERANKER": "none",
        }
        servers = [
            stack.enter_context(started(folder / f"data{number}", str(compiled), **given)) for number in range(3)
        ]
        clients = [
            stack.enter_context(httpx2.Client(base_url=server.url, timeout=PATIENCE_SECONDS)) for server in servers
        ]
        yield Cluster(engine, servers, clients, itertools.cycle(clients))


def test_what_one_adds_the_others_find_and_what_one_removes_none_cites(cluster: Cluster) -> None:
    for number in range(ROUNDS):
        question = f"How many barrels did ship {number} carry to Bergen?"
        first = cluster.add(f"The ship number {number} carried {number + 40} barrels of herring to Bergen.")
        for client in cluster.clients:
            assert first in cited(client, question)
        text = f"The ship number {number} carried {number + 70} barrels of herring to Bergen."
        replaced = cluster.next().put(f"/v1/documents/{first}", json={"text": text})
        second = replaced.json()["id"]
        for client in cluster.clients:
            found = cited(client, question)
            assert found.get(second) == text
            assert first not in found
        assert cluster.next().delete(f"/v1/documents/{second}").status_code == 204
        for client in cluster.clients:
            assert {first, second}.isdisjoint(cited(client, question))
            assert client.get(f"/v1/documents/{second}/text").status_code == 404


def test_an_answer_s_entity_tag_holds_until_another_service_writes(cluster: Cluster) -> None:
    asked = {"params": {"question": "Who painted the lighthouse?"}}
    tags = [client.get("/v1/ask", **asked).headers["etag"] for client in cluster.clients]
    for client, tag in zip(cluster.clients, tags, strict=True):
        assert client.get("/v1/ask", **asked, headers={"If-None-Match": tag}).status_code == 304
    painted = cluster.add("Nora painted the lighthouse in 1931.")
    for client, tag in zip(cluster.clients, tags, strict=True):
        again = client.get("/v1/ask", **asked, headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert again.json()["passages"][0]["citation"]["document_id"] == painted


def test_a_document_s_precondition_sees_what_another_service_wrote(cluster: Cluster) -> None:
    one, other, third = cluster.clients
    document = one.post("/v1/documents", json={"text": "The quay was built of oak.", "title": "quay"})
    path, tag = document.headers["location"], document.headers["etag"]
    assert other.put(path, json={"text": "The quay was built of oak.", "title": "pier"}).status_code == 200
    assert third.delete(path, headers={"If-Match": tag}).status_code == 412
    assert third.delete(path, headers={"If-Match": third.get(path).headers["etag"]}).status_code == 204


@contextlib.contextmanager
def asking(clients: Sequence[httpx2.Client]) -> Iterator[list[httpx2.Response | httpx2.TransportError]]:
    """Questions to all of them all the time, and what came of them."""
    came: list[httpx2.Response | httpx2.TransportError] = []
    ended = threading.Event()

    def ask(client: httpx2.Client) -> None:
        while not ended.is_set():
            try:
                came.append(client.post("/v1/ask", json={"question": "Who keeps the lamp?", "read": False}))
            except httpx2.TransportError as error:
                came.append(error)
                return

    with ThreadPoolExecutor(len(clients)) as pool:
        running = [pool.submit(ask, client) for client in clients]
        try:
            wait_until(lambda: len(came) >= len(clients))
            yield came
        finally:
            ended.set()
            for one in running:
                one.result(PATIENCE_SECONDS)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.05)


def drafts(engine: MilvusLite) -> int:
    """How many documents were prepared by some write; nobody sees one before all of its write are."""
    from index.milvus.address import Address  # what these import is an extra
    from index.milvus.calls import Calls
    from index.milvus.root import Roots

    with contextlib.closing(Calls(Address(engine.uri))) as calls:
        return calls.count(Roots(calls).current().names.documents, 'kind == "draft"')


def wait_until_ready(client: httpx2.Client, status: int) -> None:
    wait_until(lambda: client.get("/readyz").status_code == status)


def test_an_engine_that_is_killed_is_a_503_and_all_go_on_once_it_is_back(cluster: Cluster) -> None:
    kept = cluster.add("Ingrid keeps the lamp.")
    with asking(cluster.clients) as came:
        cluster.engine.kill()
        for client in cluster.clients:
            wait_until_ready(client, 503)
            refused = client.post("/v1/documents", json={"text": "Nobody hears this."})
            assert (refused.status_code, refused.headers["content-type"]) == (503, PROBLEM)
            assert client.get("/healthz").status_code == 200
            assert "pincite_ready 0.0" in client.get("/metrics").text
        cluster.engine.start()
        for client in cluster.clients:
            wait_until_ready(client, 200)
    answers = [one for one in came if isinstance(one, httpx2.Response)]
    assert answers == came
    assert {one.status_code for one in answers} == {200, 503}
    for problem in (one for one in answers if one.status_code == 503):
        assert (problem.headers["content-type"], problem.headers["retry-after"]) == (PROBLEM, "1")
        assert problem.json()["type"] in AWAY
        assert str(cluster.engine.port) not in problem.text
    for client in cluster.clients:
        assert next(iter(cited(client, "Who keeps the lamp?"))) == kept
    afterwards = cluster.add("Nobody heard it while the engine was away.")
    for client in cluster.clients:
        assert afterwards in cited(client, "Who heard it while the engine was away?")


def test_a_service_that_is_killed_in_the_middle_leaves_the_others_answering(cluster: Cluster) -> None:
    *others, last = cluster.clients
    lines = "\n".join(f"The keeper wrote letter {number} to the harbour." for number in range(200))
    kept = last.post("/v1/documents", json={"text": "Solveig wound the clock."}).json()["id"]

    def add() -> None:
        with contextlib.suppress(httpx2.TransportError):
            last.post("/v1/documents", json={"text": lines, "title": "letters"})

    prepared = drafts(cluster.engine)
    with ThreadPoolExecutor(1) as pool, asking(cluster.clients) as came:
        adding = pool.submit(add)
        wait_until(lambda: drafts(cluster.engine) > prepared or adding.done())
        cluster.servers[-1].kill()
        adding.result(PATIENCE_SECONDS)
        before = len(came)
        wait_until(lambda: len(came) > before + 6)
    lost = [one for one in came if not isinstance(one, httpx2.Response)]
    assert len(lost) <= 1
    assert {one.status_code for one in came if isinstance(one, httpx2.Response)} == {200}
    for client in others:
        assert kept in cited(client, "Who wound the clock?")
        listed = client.get("/v1/documents").json()["documents"]
        for letters in [one["id"] for one in listed if one["title"] == "letters"]:
            assert client.get(f"/v1/documents/{letters}/text").text == lines
            assert letters in cited(client, "Who wrote letter 199 to the harbour?")
    added = others[0].post("/v1/documents", json={"text": "The harbour froze in March."}).json()["id"]
    assert added in cited(others[1], "When did the harbour freeze?")
