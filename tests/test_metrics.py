"""What the service counts, as Prometheus reads it."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from changed_library import changed_service, storm_library
from conftest import LOCAL, wait_until_ready
from index.documents import Document
from qa.answering import Answerer
from qa.stages import STAGES

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(client: TestClient) -> Samples:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def requests(method: str, route: str, status: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The sample that counts such requests."""
    labels = {"method": method, "route": route, "status": str(status)}
    return ("pincite_http_request_duration_seconds_count", tuple(sorted(labels.items())))


def gained(before: Samples, after: Samples, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """By how much the samples of ``name`` grew, those that did."""
    grown = {labels: value - before.get((n, labels), 0.0) for (n, labels), value in after.items() if n == name}
    return {labels: value for labels, value in grown.items() if value}


def test_requests_are_counted_by_the_route_that_took_them_and_never_by_what_a_client_wrote(
    service: TestClient,
) -> None:
    before = samples(service)
    service.get("/v1/documents/0123456789abcdef")
    service.get("/v1/documents/fedcba9876543210")
    service.get("/nowhere/at/all")
    service.request("BREW", "/v1/ask")
    service.head("/healthz")
    after = samples(service)
    assert (
        after[requests("GET", "/v1/documents/{document_id}", 404)]
        - before.get(requests("GET", "/v1/documents/{document_id}", 404), 0)
        == 2
    )
    assert requests("GET", "other", 404) in after
    assert requests("other", "/v1/ask", 405) in after
    written = service.get("/metrics").text
    assert "nowhere" not in written
    assert "BREW" not in written
    assert "0123456789abcdef" not in written


def test_questions_are_counted_by_what_became_of_them_and_their_stages_are_timed(service: TestClient) -> None:
    before = samples(service)
    service.post("/v1/ask", json={"question": "who took responsibility?"})
    service.post("/v1/ask", json={"question": "what is the boiling point of tungsten?"})
    service.post("/v1/ask", json={"question": "who took responsibility?", "read": False})
    after = samples(service)
    assert gained(before, after, "pincite_questions_total") == {
        (("outcome", "answered"),): 2.0,
        (("outcome", "unanswered"),): 1.0,
    }
    assert gained(before, after, "pincite_stage_duration_seconds_count") == {
        (("stage", stage),): 2.0 if stage == "read" else 3.0 for stage in STAGES
    }


def test_the_library_is_measured_when_somebody_looks(tmp_path: Path) -> None:
    library = storm_library(tmp_path)
    with TestClient(
        create_app(Settings(data=tmp_path), opener=lambda _: Answerer(library)), base_url=LOCAL
    ) as client:
        wait_until_ready(client)
        found = samples(client)
        assert [found[name, ()] for name in ("pincite_ready", "pincite_documents", "pincite_passages")] == [1, 1, 1]
        assert found["pincite_generation", ()] == int(library.version.split("-")[0])
        library.add([Document.from_text("The storm went.", title="t", source="s")])
        assert samples(client)["pincite_documents", ()] == 2


def test_a_citation_that_is_not_sent_is_counted(tmp_path: Path) -> None:
    with changed_service(tmp_path) as client:
        assert samples(client)["pincite_citation_mismatches_total", ()] == 0
        assert client.get("/v1/ask", params={"question": "what came?", "min_confidence": 0}).status_code == 500
        assert samples(client)["pincite_citation_mismatches_total", ()] == 1
