"""Several questions at once are answered as each would be alone, from one state of the library."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api.batches import all_answered
from api.bodies.questions import AskManyRequest
from api.client import BadArgument, Client
from api.client.calls import ask_many
from api.http.app import create_app
from api.http.places import Limits, Places
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.embedding import Vectors
from index.library import Library
from index.turns import LibraryBusy
from qa.answering import Answerer
from qa.reading.reader import Excerpt, Reading
from qa.reading.reader import Reader as ReaderProtocol
from served import served
from test_admission import until
from test_client_types import transport_to
from three_texts import DOCUMENTS, HARBOUR, RAIN, STORM, WORDS, document
from word_embedder import WordEmbedder

ASK = "/v1/ask"
QUESTIONS = ["What broke the mast?", "who wrote to the crew?", "rain in the north", "unheard of"]


@dataclass(slots=True)
class Meeting:
    """Where the thread that answers and the test wait for each other, once the question that is named comes up."""

    at: str
    there: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class MeetingEmbedder(WordEmbedder):
    """Remembers the questions that it encodes, and waits at one of them."""

    def __init__(self, meeting: Meeting | None = None) -> None:
        super().__init__(*WORDS, max_tokens=9)
        self.asked: list[str] = []
        self.meeting = meeting

    def embed_question(self, question: str) -> Vectors:
        self.asked.append(question)
        if self.meeting and question == self.meeting.at:
            self.meeting.there.set()
            assert self.meeting.go_on.wait(30)
        return super().embed_question(question)


@contextmanager
def service(
    folder: Path, embedder: WordEmbedder, reader: ReaderProtocol | None = None, **set_: Any
) -> Iterator[TestClient]:
    library = Library.local(folder, embedder)
    library.add(DOCUMENTS)
    app = create_app(Settings(data=folder, **set_), opener=lambda _: Answerer(library, reader))
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        yield opened


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path, MeetingEmbedder()) as opened:
        yield opened


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def test_each_is_answered_as_it_would_be_alone(client: TestClient) -> None:
    said = {"top_k": 2, "min_confidence": 0.3, "explain": True, "document_ids": [one.id for one in DOCUMENTS[:2]]}
    together = client.post(ASK, json={"questions": QUESTIONS, **said})
    alone = [client.post(ASK, json={"question": question, **said}).json() for question in QUESTIONS]
    assert (together.status_code, list(together.json())) == (200, ["answers"])
    assert [timeless(one) for one in together.json()["answers"]] == [timeless(one) for one in alone]


def test_the_real_models_answer_each_as_they_would_alone(service: TestClient) -> None:
    """Encoded beside others, an int8 model would give a question another vector."""
    questions = ["who took responsibility?", "How many peacekeepers died?", "what is the capital of France?"]
    said = {"read": False}
    together = service.post(ASK, json={"questions": questions, **said}).json()["answers"]
    alone = [service.post(ASK, json={"question": question, **said}).json() for question in questions]
    assert [timeless(one) for one in together] == [timeless(one) for one in alone]


@pytest.mark.parametrize(
    ("body", "where", "said"),
    [
        ({}, "body", "Either 'question' or 'questions' is to be there, and not both"),
        ({"question": "a?", "questions": ["b?"]}, "body", "Either 'question' or 'questions' is to be there"),
        ({"questions": ["a?"], "generate": True}, "body", "With 'generate', questions are to be asked one by one"),
        ({"questions": []}, "body.questions", "List should have at least 1 item"),
        ({"questions": ["a?"] * 65}, "body.questions", "List should have at most 64 items"),
        ({"questions": ["a?", 7]}, "body.questions.1", "Input should be a valid string"),
        ({"questions": ["a?"], "top": 1}, "body.top", "Extra inputs are not permitted"),
        ({"question": "a?", "top_k": 0}, "body.top_k", "Input should be greater than or equal to 1"),
        ([], "body", "Input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_of_its_own_kind_alone(
    client: TestClient, body: object, where: str, said: str
) -> None:
    answer = client.post(ASK, json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["where"], error["problem"][: len(said)]) == (where, said)


@pytest.mark.parametrize(("bad", "why"), [(" ", "the question is empty"), ("x" * 2001, "the question has 2001")])
def test_which_question_is_none_is_said_before_any_is_asked(tmp_path: Path, bad: str, why: str) -> None:
    embedder = MeetingEmbedder()
    with service(tmp_path, embedder) as client:
        before = len(embedder.asked)
        answer = client.post(ASK, json={"questions": ["a?", bad]})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pincite:problem:bad-question")
    assert answer.json()["detail"].startswith(f"question 2: {why}")
    assert len(embedder.asked) == before


def test_all_answers_are_of_the_state_in_which_the_first_was_given(tmp_path: Path) -> None:
    """Others write while it is answered; the next question is answered from what they wrote."""
    meeting = Meeting("second mast")
    with service(tmp_path, MeetingEmbedder(meeting)) as client, ThreadPoolExecutor() as threads:
        version = client.get("/readyz").json()["index_version"]
        asking = threads.submit(client.post, ASK, json={"questions": ["first mast", "second mast", "third mast"]})
        assert meeting.there.wait(30)
        assert client.post("/v1/documents", json={"text": "The mast of the mast was a mast."}).status_code == 201
        meeting.go_on.set()
        answers = asking.result().json()["answers"]
        later = client.post(ASK, json={"question": "first mast"}).json()
    assert [one["index_version"] for one in answers] == [version] * 3
    cited = [{passage["citation"]["document_id"] for passage in one["passages"]} for one in (*answers, later)]
    old = {document(text).id for text in (STORM, HARBOUR, RAIN)}
    assert [one - old for one in cited] == [set(), set(), set(), {document("The mast of the mast was a mast.").id}]


def test_a_document_that_is_removed_meanwhile_is_not_cited(tmp_path: Path) -> None:
    meeting = Meeting("second mast")
    embedder = MeetingEmbedder(meeting)
    storm = document(STORM).id
    with service(tmp_path, embedder) as client, ThreadPoolExecutor() as threads:
        asking = threads.submit(client.post, ASK, json={"questions": ["first mast", "second mast"]})
        assert meeting.there.wait(30)
        assert client.delete(f"/v1/documents/{storm}").status_code == 204
        meeting.go_on.set()
        answers = asking.result().json()["answers"]
        assert [one["index_version"] for one in answers] == [client.get("/readyz").json()["index_version"]] * 2
    assert storm not in str(answers)
    assert embedder.asked[-4:] == ["first mast", "second mast"] * 2


def test_where_what_is_cited_goes_again_and_again_it_says_so(tmp_path: Path) -> None:
    library = Library.local(tmp_path, MeetingEmbedder())
    texts = [f"The mast of ship {number} broke." for number in range(9)]
    library.add([document(text) for text in texts])
    other = Library.local(tmp_path, WordEmbedder(*WORDS, max_tokens=9))

    def removed() -> None:
        other.remove(document(texts.pop()).id)
        other.checkpoint()

    body = AskManyRequest(questions=["mast", "masts"], top_k=50)
    with pytest.raises(LibraryBusy, match="ask fewer questions at once"):
        all_answered(Answerer(library), body, default_confidence=None, budget_ms=1.0, between=removed)
    assert len(texts) == 9 - 5
    library.close()
    other.close()


class SlowReader:
    """Counts the passages that it reads; all are as relevant."""

    name, calibrated = "slow", False

    def __init__(self) -> None:
        self.read_passages: list[int] = []

    def read(self, _: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        self.read_passages.append(0)
        for excerpt in excerpts:
            self.read_passages[-1] += 1
            yield Reading((0.5,) * len(excerpt.sentences), (None,) * len(excerpt.sentences))


@pytest.mark.parametrize(("budget", "read"), [(1e-9, 1), (1e9, 3)])
def test_they_share_the_time_for_reading_and_the_first_passage_is_always_read(
    tmp_path: Path, budget: float, read: int
) -> None:
    library = Library.local(tmp_path, MeetingEmbedder())
    library.add([document(f"The storm broke mast {number}.") for number in range(3)])
    reader = SlowReader()
    app = create_app(
        Settings(data=tmp_path, batch_read_budget_ms=budget), opener=lambda _: Answerer(library, reader)
    )
    with TestClient(app, base_url=LOCAL) as client:
        wait_until_ready(client)
        answers = client.post(ASK, json={"questions": ["storm mast"] * 3}).json()["answers"]
    assert reader.read_passages == [read] * 3
    assert [one["read"]["complete"] for one in answers] == [read == 3] * 3


def test_each_question_is_counted_in_the_metrics_and_in_the_rate(tmp_path: Path) -> None:
    with service(tmp_path, MeetingEmbedder(), rate_limit_per_minute=1000) as client:
        before = int(client.get("/metrics").headers["ratelimit"].split(";")[1].removeprefix("r="))
        answer = client.post(ASK, json={"questions": QUESTIONS, "min_confidence": 0})
        counted = client.get("/metrics").text
    assert answer.headers["ratelimit"].split(";")[1] == f"r={before - 4}"
    assert 'pincite_questions_total{outcome="answered"} 4.0' in counted.splitlines()


@pytest.mark.parametrize(
    ("questions", "status", "left", "remedy"), [(3, 200, 0, None), (4, 429, 2, "ask at most 3 at once")]
)
def test_more_questions_than_the_rate_allows_are_refused_unasked(
    tmp_path: Path, questions: int, status: int, left: int, remedy: str | None
) -> None:
    embedder = MeetingEmbedder()
    with service(tmp_path, embedder, rate_limit_per_minute=3) as client:
        before = len(embedder.asked)
        answer = client.post(ASK, json={"questions": ["mast"] * questions})
    assert (answer.status_code, answer.headers["ratelimit"].split(";")[1]) == (status, f"r={left}")
    assert answer.json().get("remedy") == remedy
    assert ("retry-after" in answer.headers, len(embedder.asked) - before) == (status == 429, 3 * (status == 200))


def test_a_question_that_waits_goes_before_the_next_of_many(tmp_path: Path) -> None:
    """One works at a time: the single question does not wait for all of them."""
    meeting = Meeting("first mast")
    embedder = MeetingEmbedder(meeting)
    with (
        service(tmp_path, embedder, max_concurrent_questions=1, max_wait_ms=30_000) as client,
        ThreadPoolExecutor() as threads,
    ):
        many = threads.submit(client.post, ASK, json={"questions": ["first mast", "second mast", "third mast"]})
        assert meeting.there.wait(30)
        single = threads.submit(client.post, ASK, json={"question": "in between"})
        until(lambda: client.app.state.places.waiting == 1)
        meeting.go_on.set()
        assert (many.result().status_code, single.result().status_code) == (200, 200)
    assert embedder.asked[-4:] == ["first mast", "in between", "second mast", "third mast"]


def test_who_gives_way_to_nobody_goes_on_and_a_service_that_ends_counts_right() -> None:
    async def run() -> None:
        places = Places(Limits(working=1, waiting=5, wait_ms=60_000))

        async def never() -> None:
            await asyncio.Event().wait()

        async def work(begun: asyncio.Event, finish: asyncio.Event) -> None:
            async with places.taken(never):
                begun.set()
                await finish.wait()
                await places.give_way()

        begun, finish, later, last = (asyncio.Event() for _ in range(4))
        many = asyncio.create_task(work(begun, finish))
        await begun.wait()
        async with asyncio.timeout(30):
            await places.give_way()  # nobody waits: at once
        single = asyncio.create_task(work(later, last))
        await asyncio.sleep(0)
        finish.set()
        await later.wait()
        assert (places.working, places.waiting) == (1, 1)
        many.cancel()
        await asyncio.gather(many, return_exceptions=True)
        assert (places.working, places.waiting) == (1, 0)
        last.set()
        await single
        assert (places.working, places.waiting) == (0, 0)

    asyncio.run(run())


def test_when_the_client_goes_away_no_further_question_is_asked(tmp_path: Path) -> None:
    meeting = Meeting("first mast")
    embedder = MeetingEmbedder(meeting)
    library = Library.local(tmp_path, embedder)
    library.add(DOCUMENTS)
    app = create_app(Settings(data=tmp_path), opener=lambda _: Answerer(library))
    with served(app) as url:
        body = {"questions": ["first mast", "second mast", "third mast"]}
        with httpx2.Client() as client, ThreadPoolExecutor() as threads:
            asking = threads.submit(client.post, f"{url}{ASK}", json=body, timeout=0.2)
            assert meeting.there.wait(30)
            with pytest.raises(httpx2.ReadTimeout):
                asking.result()
        with httpx2.Client() as other:
            until(lambda: "working 1.0" in other.get(f"{url}/metrics").text)
            other.get(f"{url}/healthz")  # the loop has seen that the connection is closed
            meeting.go_on.set()
            until(lambda: "working 0.0" in other.get(f"{url}/metrics").text)
    assert embedder.asked[-1] == "first mast"


def test_the_client_refuses_what_no_service_takes_and_a_text_for_a_list() -> None:
    for wrong in ([], ["a?"] * 65, "who?"):
        with pytest.raises(BadArgument, match="1 to 64 questions"):
            ask_many(wrong)


def test_the_client_brings_the_answers_in_order(tmp_path: Path) -> None:
    with service(tmp_path, MeetingEmbedder()) as real, Client(LOCAL, transport=transport_to(real)) as client:
        answers = client.ask_many(QUESTIONS)
        fewer = client.ask_many(AskManyRequest(questions=QUESTIONS[:1], top_k=1))
    assert [one.question for one in answers] == QUESTIONS
    assert [len(one.passages) for one in fewer] == [1]
