"""Traces, as a collector gets them."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from api.settings import Settings
from test_server import running

QUESTION = "who took responsibility?"
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector's address, and the bodies that it got."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", bodies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def value(span: Span, name: str) -> object:
    [found] = [one.value for one in span.attributes if one.key == name]
    return found.int_value if found.HasField("int_value") else found.string_value


def test_a_question_is_a_span_of_its_caller_s_trace_with_its_stages_inside(
    settings: Settings, tmp_path: Path
) -> None:
    with collector() as (url, bodies):
        sent = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        with running(tmp_path / "data", settings.model, **sent) as service:
            headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
            assert httpx2.post(f"{service}/v1/ask", json={"question": QUESTION}, headers=headers).is_success
            assert httpx2.get(f"{service}/v1/documents/{'0' * 16}").status_code == 404
    groups = [group for body in bodies for group in ExportTraceServiceRequest.FromString(body).resource_spans]
    named = {one.value.string_value for group in groups for one in group.resource.attributes if "name" in one.key}
    assert "pincite" in named
    spans = [span for group in groups for scope in group.scope_spans for span in scope.spans]
    asked = next(span for span in spans if span.name == "POST /v1/ask")
    assert (asked.trace_id.hex(), asked.parent_span_id.hex(), asked.kind) == (TRACE, CALLER, Span.SPAN_KIND_SERVER)
    assert value(asked, "http.response.status_code") == 200
    stages = [span for span in spans if span.parent_span_id == asked.span_id]
    assert [span.name for span in stages] == ["retrieval", "read", "judge", "cite"]
    assert value(stages[0], "gen_ai.operation.name") == "retrieval"
    missing = next(span for span in spans if span.name == "GET /v1/documents/{document_id}")
    assert (value(missing, "http.response.status_code"), missing.trace_id.hex() == TRACE) == (404, False)
    assert not any(span.name.endswith(("/healthz", "/readyz")) for span in spans)
    assert not any(b"responsib" in body for body in bodies)  # neither what was asked nor what was answered
    assert f"trace_id='{TRACE}'" in (tmp_path / "data" / "server.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
def test_a_collector_without_what_sends_to_it_is_a_mistake_that_names_the_remedy(name: str) -> None:
    script = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        "from api.http.traced import NoTracing, tracing\n"
        "try: tracing()\n"
        "except NoTracing as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={name: "http://x"}, capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        f"{name} is set, and what sends traces is not installed; pip install 'pincite[otel]', or unset {name}\n"
    )


def test_without_a_collector_nothing_of_opentelemetry_s_is_imported() -> None:
    script = "import sys, api.http.app; print('opentelemetry.sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
