"""Questions: in process, over HTTP by few clients and many, and what a service needs to start and to hold."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from api.opening import effort_of, open_embedder_of, open_reader_of
from benchmarks.libraries import environment, settings_in
from benchmarks.load import got, load, posted
from benchmarks.processes import Service, pincite, resident_mb, service
from benchmarks.speed.plan import CLIENTS, Plan
from index.library import Library
from index.progress import Progress, silent
from qa.answering import Answerer

SHARES = (50, 95, 99)
WARM = 8


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """``p50``, ``p95``, ``p99``."""
    return {f"p{share}": float(np.percentile(milliseconds, share)) for share in SHARES}


def _request(question: str, *, read: bool = False) -> bytes:
    return posted("/v1/ask", {"question": question, "read": read})


def in_process(
    folders: Mapping[int, Path], questions: Sequence[str], plan: Plan, *, progress: Progress = silent
) -> dict[str, Any]:
    """By round: percentiles of ``encoding`` a question, and for each size of ``unread`` and ``read`` answers."""
    settings = settings_in(next(iter(folders.values())))
    embedder, reader = open_embedder_of(settings, progress), open_reader_of(settings, progress)
    sizes: dict[str, Any] = {str(size): {"unread": [], "read": []} for size in folders}
    encoding = []
    with ExitStack() as stack:
        answerers = {}
        for paragraphs, folder in folders.items():
            library = Library.local(folder, embedder)
            stack.callback(library.close)
            answerers[str(paragraphs)] = Answerer(library, reader, effort=effort_of(settings))
        for number in range(plan.rounds):
            part = _part(questions, number, plan.questions)
            encoding.append(percentiles(_timed(embedder.embed_question, part)))
            for size, answerer in answerers.items():
                unread, read = partial(answerer.ask, read=False), partial(answerer.ask, read=True)
                _timed(unread, part[:WARM])
                sizes[size]["unread"].append(percentiles(_timed(unread, part)))
                sizes[size]["read"].append(percentiles(_timed(read, part[: len(part) // 4])))
            progress("Asking in process", number + 1, plan.rounds)
    return {"encoding": encoding, "sizes": sizes}


def over_http(
    folders: Mapping[int, Path], questions: Sequence[str], plan: Plan, *, progress: Progress = silent
) -> dict[str, Any]:
    """For each size: ``rss_mb`` when ready, after the questions and at its most; by clients and round, percentiles
    and ``rate``, questions a second.
    """
    with ExitStack() as stack:
        running = {
            str(size): stack.enter_context(_served(folder, questions[0])) for size, folder in folders.items()
        }
        found: dict[str, Any] = {
            size: {"rss_ready_mb": resident_mb(one.process), "clients": {str(n): [] for n in CLIENTS}}
            for size, one in running.items()
        }
        for one in running.values():
            load(one.port, [_request(question) for question in questions[:WARM]])
        for number in range(plan.rounds):
            requests = [_request(question) for question in _part(questions, number, plan.questions)]
            for clients in CLIENTS:
                for size, one in running.items():
                    done = load(one.port, requests, clients=clients)
                    row = percentiles(done.milliseconds) | {"rate": done.rate}
                    found[size]["clients"][str(clients)].append(row)
            progress("Asking over HTTP", number + 1, plan.rounds)
        for size, one in running.items():
            found[size]["rss_mb"] = resident_mb(one.process)
            found[size]["rss_peak_mb"] = resident_mb(one.process, peak=True)
    return found


def starting(
    folders: Mapping[int, Path], question: str, plan: Plan, *, progress: Progress = silent
) -> dict[str, dict[str, list[float]]]:
    """For each size, by round: seconds until it says to be ready and until its first answer; ms of that."""
    found: dict[str, dict[str, list[float]]] = {
        str(size): {"ready_s": [], "answered_s": [], "first_ms": []} for size in folders
    }
    for number in range(plan.rounds):
        for size, folder in folders.items():
            with _served(folder, question) as one:
                row = found[str(size)]
                row["ready_s"].append(one.ready_seconds)
                row["answered_s"].append(one.answered_seconds)
                row["first_ms"].append((one.answered_seconds - one.ready_seconds) * 1000)
        progress("Starting", number + 1, plan.rounds)
    return found


def _served(folder: Path, question: str) -> AbstractContextManager[Service]:
    return service(
        pincite,
        environment(folder),
        _request(question),
        right=lambda body: b"cited_text" in body,
        ready=got("/readyz"),
    )


def _part(questions: Sequence[str], number: int, count: int) -> list[str]:
    """The round's own questions, from the beginning again where they are used up."""
    return [questions[(number * count + i) % len(questions)] for i in range(count)]


def _timed(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each."""
    took = []
    for question in questions:
        begin = perf_counter()
        ask(question)
        took.append((perf_counter() - begin) * 1000)
    return took
