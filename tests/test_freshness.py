"""Who has an answer already is told so, as long as it is the one that would be given."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.embedding import Vectors
from index.library import Library
from qa.answering import Answerer
from qa.effort import Effort
from qa.reading.compiled import CompiledReader
from test_keys import kept
from three_texts import DOCUMENTS, STORM, WORDS, document
from word_embedder import WordEmbedder

ASK = "/v1/ask"
STORMY = {"question": "What broke the mast?"}


class CountingEmbedder(WordEmbedder):
    """Counts the questions that it encodes."""

    def __init__(self) -> None:
        super().__init__(*WORDS, max_tokens=9)
        self.asked = 0

    def embed_question(self, question: str) -> Vectors:
        self.asked += 1
        return super().embed_question(question)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def client(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[TestClient]:
    library = Library.local(tmp_path, embedder)
    library.add(DOCUMENTS)
    app = create_app(Settings(data=tmp_path), opener=lambda _: Answerer(library))
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        yield opened


def tag(client: TestClient, **parameters: str) -> str:
    """The entity tag of the answer to a question."""
    return str(client.get(ASK, params={**STORMY, **parameters}).headers["etag"])


def status(client: TestClient, known: str, **parameters: str) -> int:
    """Of the same question from a client that has an answer of that tag."""
    answer = client.get(ASK, params={**STORMY, **parameters}, headers={"if-none-match": known})
    return answer.status_code


def test_a_known_answer_is_not_looked_for_again(client: TestClient, embedder: CountingEmbedder) -> None:
    first = client.get(ASK, params=STORMY)
    asked = embedder.asked
    again = client.get(ASK, params=STORMY, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (first.status_code, again.status_code, again.content, embedder.asked) == (200, 304, b"", asked)
    assert first.headers["etag"].startswith('W/"')  # how long it took is in the body
    for name in ("etag", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["cache-control"] == "private, no-cache"
    headed = client.head(ASK, params=STORMY, headers={"if-none-match": first.headers["etag"]})
    assert (headed.status_code, headed.headers["etag"]) == (304, first.headers["etag"])


@pytest.mark.parametrize(
    "other",
    [
        {"question": "What broke the masts?"},
        {"top_k": "4"},
        {"min_confidence": "0.2"},
        {"explain": "true"},
        {"where": "year=1911"},
        {"document_ids": document(STORM, "at sea").id},
    ],
)
def test_another_request_has_another_tag(client: TestClient, other: dict[str, str]) -> None:
    known = tag(client)
    assert (status(client, known), status(client, known, **other)) == (304, 200)
    assert tag(client, **other) != known


def test_a_change_of_the_library_makes_a_known_answer_old(client: TestClient) -> None:
    known = tag(client)
    added = client.post("/v1/documents", json={"text": "Snow lay on the mast."}).json()["id"]
    assert status(client, known) == 200
    newer = tag(client)
    assert (newer != known, status(client, newer)) == (True, 304)
    client.delete(f"/v1/documents/{added}")
    assert (status(client, newer), status(client, known)) == (200, 200)


def test_what_another_process_writes_makes_it_old_too(client: TestClient, tmp_path: Path) -> None:
    known = tag(client)
    other = Library.local(tmp_path, WordEmbedder(*WORDS, max_tokens=9))
    other.add([document("Snow lay on the mast.")])
    other.close()
    answer = client.get(ASK, params=STORMY, headers={"if-none-match": known})
    assert (answer.status_code, len(answer.json()["passages"])) == (200, 5)


def test_another_run_of_the_service_knows_nothing_of_it(client: TestClient, tmp_path: Path) -> None:
    """Its settings may be others, and its library another of the same generation."""
    known = tag(client)
    second = Library.local(tmp_path / "second", WordEmbedder(*WORDS, max_tokens=9))
    second.add([document("Snow lay on the mast."), *DOCUMENTS[1:]])
    app = create_app(Settings(data=tmp_path / "second"), opener=lambda _: Answerer(second))
    with TestClient(app, base_url=LOCAL) as restarted:
        wait_until_ready(restarted)
        assert restarted.get("/readyz").json() == client.get("/readyz").json()
        assert status(restarted, known) == 200


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [({"question": " "}, 422), ({"document_ids": "0123456789abcdef"}, 404), ({}, 304)],
)
def test_any_answer_is_known_to_a_star_but_none_that_there_cannot_be(
    client: TestClient, parameters: dict[str, str], expected: int
) -> None:
    assert status(client, "*", **parameters) == expected


def test_without_a_key_nobody_is_told_that_it_has_the_answer(tmp_path: Path) -> None:
    secret, _ = kept(tmp_path / "keys")
    library = Library.local(tmp_path, CountingEmbedder())
    library.add(DOCUMENTS)
    settings = Settings(data=tmp_path, api_keys_file=tmp_path / "keys")
    headers = {"authorization": f"Bearer {secret}"}
    with TestClient(create_app(settings, opener=lambda _: Answerer(library)), base_url=LOCAL) as client:
        wait_until_ready(client)
        first = client.get(ASK, params=STORMY, headers=headers)
        known = {"if-none-match": first.headers["etag"]}
        assert first.headers["cache-control"] == "private, no-cache"
        assert client.get(ASK, params=STORMY, headers=known).status_code == 401
        assert client.get(ASK, params=STORMY, headers={**known, **headers}).status_code == 304


def test_an_answer_for_which_time_was_too_short_has_no_tag(tmp_path: Path, reader: CompiledReader) -> None:
    """Another try may read more; the first passage is read in any case."""
    library = Library.local(tmp_path, CountingEmbedder())
    library.add([document(f"The storm broke mast {number}.") for number in range(3)])
    app = create_app(
        Settings(data=tmp_path), opener=lambda _: Answerer(library, reader, effort=Effort(6, budget_ms=1e-9))
    )
    with TestClient(app, base_url=LOCAL) as client:
        wait_until_ready(client)
        answer = client.get(ASK, params=STORMY, headers={"if-none-match": "*"})
    assert (answer.status_code, answer.json()["read"]["complete"]) == (200, False)
    assert "etag" not in answer.headers


def test_an_answer_to_a_posted_question_has_no_tag(client: TestClient) -> None:
    """304 answers GET and HEAD alone (RFC 9110, 15.4.5), and no cache keeps what is posted."""
    answer = client.post(ASK, json=STORMY, headers={"if-none-match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
