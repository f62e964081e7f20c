"""Errors as problems, whatever went wrong."""

import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.errors import STATUS
from api.settings import Settings
from changed_library import changed_service, storm_library
from conftest import LOCAL, wait_until_ready
from index.errors import PinciteError
from qa.answering import Answerer


def test_questions_wait_until_the_library_is_open_and_liveness_does_not(tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly(_: Settings) -> Answerer:
        gate.wait(30)
        return Answerer(storm_library(tmp_path))

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
    with changed_service(tmp_path) as client:
        [document] = client.get("/v1/documents").json()["documents"]
        response = client.get("/v1/ask", params={"question": "what came?", "min_confidence": 0})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "the service made a mistake"
    assert document["id"] not in response.text


@pytest.mark.parametrize("kind", STATUS)
def test_every_mapped_error_is_a_client_error_or_a_busy_or_full_service(kind: type[PinciteError]) -> None:
    assert STATUS[kind] in range(400, 500) or STATUS[kind] in {503, 507}
