"""Spans of what the service does, for an OpenTelemetry collector; needs what ``pincite[otel]`` installs."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from qa.stages import Stage

SEARCH: Mapping[str, str] = {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "library"}
"""What OpenTelemetry's conventions for generative AI (0.1.0, in development) say of a search."""


class Tracing:
    """Sends spans to the collector that ``OTEL_EXPORTER_OTLP_ENDPOINT`` names, as its other variables say.

    No span holds a question, a text or an answer.
    """

    def __init__(self) -> None:
        own = version("pincite")
        name = os.environ.get("OTEL_SERVICE_NAME", "pincite")
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name, SERVICE_VERSION: own}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("pincite", own)

    def request(self, method: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """A request's span, of the trace that its ``headers`` name, if they do."""
        parent = TraceContextTextMapPropagator().extract(headers)
        attributes = {"http.request.method": method}
        return self._tracer.start_as_current_span(method, parent, SpanKind.SERVER, attributes)

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """The span of a question's stage, inside its request's."""
        if stage == "search":
            return self._tracer.start_as_current_span("retrieval", attributes=dict(SEARCH))
        return self._tracer.start_as_current_span(stage)

    def stop(self) -> None:
        """Send what was not sent yet."""
        self._provider.shutdown()
