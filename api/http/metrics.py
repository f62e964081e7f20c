"""What the service counts, for Prometheus to read."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from index.engine import EngineFailed
from index.library import Library
from qa.stages import STAGES, Stage

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one service, in a registry of their own; no label takes a value that a client chooses."""

    def __init__(self) -> None:
        disable_created_metrics()  # else each is joined by the time at which its counting began
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "pincite_http_request_duration_seconds",
            "From the request's first byte to the response's last, by route.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "pincite_stage_duration_seconds",
            "What a question's time went into.",
            ("stage",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._questions = Counter(
            "pincite_questions", "Questions by what became of them.", ("outcome",), registry=self.registry
        )
        self._mismatches = Counter(
            "pincite_citation_mismatches",
            "Citations that were not sent, for their text is not the one that was stored: 0 in a sound library.",
            registry=self.registry,
        )
        for stage in STAGES:
            self._stages.labels(stage)
        for outcome in ("answered", "unanswered"):
            self._questions.labels(outcome)
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Measures one stage of a question."""
        return self._stages.labels(stage).time()

    def asked(self, *, answerable: bool) -> None:
        """Count a question."""
        self._questions.labels("answered" if answerable else "unanswered").inc()

    def mismatched(self) -> None:
        """Count a citation that was not sent."""
        self._mismatches.inc()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def watch(self, library: Callable[[], Library | None]) -> None:
        """From now on read the sizes of the library that ``library`` returns, None until there is one."""
        self.registry.register(_LibrarySizes(library))

    def watch_questions(self, *, working: Callable[[], int], waiting: Callable[[], int]) -> None:
        """From now on read how many questions are worked on, and how many wait for their turn."""
        for name, meaning, count in (
            ("pincite_questions_working", "Questions that are worked on.", working),
            ("pincite_questions_waiting", "Questions that wait for their turn.", waiting),
        ):
            Gauge(name, meaning, registry=self.registry).set_function(count)

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self.registry)


class _LibrarySizes(Collector):
    """Reads the library's sizes when somebody asks for them."""

    def __init__(self, library: Callable[[], Library | None]) -> None:
        self._library = library

    def collect(self) -> Iterator[GaugeMetricFamily]:
        library = self._library()
        try:
            sizes = list(_sizes(library)) if library else []
        except EngineFailed:
            library, sizes = None, []
        yield GaugeMetricFamily("pincite_ready", "1 once questions are answered.", float(library is not None))
        yield from sizes


def _sizes(library: Library) -> Iterator[GaugeMetricFamily]:
    generation = int(library.version.split("-")[0])
    yield GaugeMetricFamily("pincite_documents", "Documents in the library.", library.document_count)
    yield GaugeMetricFamily("pincite_passages", "Passages in the library.", len(library))
    yield GaugeMetricFamily("pincite_generation", "Writes that questions are answered from.", generation)
