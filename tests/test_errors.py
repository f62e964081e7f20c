"""Errors as problems, whatever went wrong."""

import sqlite3
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.errors import STATUS
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.documents import Document
from index.errors import PinciteError
from index.library import Library
from qa.answering import Answerer
from word_embedder import WordEmbedder


def opening(tmp_path: Path) -> Library:
    library = Library(tmp_path, WordEmbedder("storm"))
    library.add([Document.from_text("The storm came.", title="t", source="s")])
    return library


def test_questions_wait_until_the_library_is_open_and_liveness_does_not(tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly(_: Settings) -> Answerer:
        gate.wait(30)
        return Answerer(opening(tmp_path))

    with TestClient(create_app(Settings(data=tmp_path), opener=slowly), base_url=LOCAL) as client:
        assert client.get("/healthz").status_code == 200
        for response in (
            client.get("/readyz"),
            client.post("/v1/ask", json={"question": "what came?"}),
            client.get("/v1/documents"),
        ):
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["type"] == "urn:pincite:problem:not-ready"
        gate.set()
        wait_until_ready(client)
        assert client.post("/v1/ask", json={"question": "what came?"}).status_code == 200


def test_a_library_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    def broken(_: Settings) -> Answerer:
        raise PinciteError("the library is broken", remedy="mend it")

    failures: list[PinciteError] = []
    with TestClient(create_app(Settings(data=tmp_path), opener=broken, on_failure=failures.append)) as client:
        assert client.get("/readyz").status_code == 503
    assert [str(error) for error in failures] == ["the library is broken; mend it"]


def test_a_mistake_of_the_service_shows_nothing_of_its_inside(tmp_path: Path) -> None:
    """A document whose stored text was changed under the service can no longer be cited: 500, and no text."""
    library = opening(tmp_path)
    [summary] = library.summaries()
    library.close()
    with sqlite3.connect(tmp_path / "library.sqlite3") as damaged:
        damaged.execute("UPDATE documents SET text = 'x'")
    damaged.close()
    app = create_app(Settings(data=tmp_path), opener=lambda _: Answerer(Library(tmp_path, WordEmbedder("storm"))))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        response = client.get("/v1/ask", params={"question": "what came?", "min_confidence": 0})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "the service made a mistake"
    assert summary.id not in response.text


@pytest.mark.parametrize("kind", STATUS)
def test_every_mapped_error_is_a_client_error_or_a_busy_or_full_service(kind: type[PinciteError]) -> None:
    assert STATUS[kind] in range(400, 500) or STATUS[kind] in {503, 507}
