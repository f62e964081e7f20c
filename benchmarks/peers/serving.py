"""Questions over HTTP: the peers that serve it, each with its own number of threads and with one."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks.libraries import environment
from benchmarks.load import got, load, posted
from benchmarks.peers.plan import CLIENTS, Plan
from benchmarks.peers.subjects import Stage
from benchmarks.processes import Service, pincite, resident_mb, service
from benchmarks.texts import Asked, First, documents
from index.progress import Progress, silent

TOP_K = 5
WARM = 8


@dataclass(frozen=True, slots=True)
class Served:
    """A service and how it is asked; ``threads`` is 0 for as many as it takes by itself."""

    name: str
    peer: str
    threads: int
    command: Callable[[int], Sequence[str]]
    environment: Mapping[str, str]
    asking: Callable[[str], bytes]
    read: bool = False

    def start(self, first: First) -> AbstractContextManager[Service]:
        """The running service, once it has found a paragraph that answers ``first``."""
        held = [json.dumps(text, ensure_ascii=False)[1:-1].encode() for text in first.right]
        held += [document.id.encode() for document in documents(first.right)]
        ready = got("/readyz") if self.peer == "Pincite" else None
        return service(
            self.command,
            self.environment,
            self.asking(first.text),
            right=lambda body: any(one in body for one in held),
            ready=ready,
        )


def services(stage: Stage, saved: Mapping[str, Path]) -> list[Served]:
    """Pincite with nothing read and with the reader, the tutorial, and txtai dense and hybrid."""
    library = saved["Pincite, hybrid"]
    own = environment(library)
    found = [
        Served("Pincite, hybrid", "Pincite", 0, pincite, own, _ask_pincite(read=False)),
        Served("Pincite, reading", "Pincite", 0, pincite, own, _ask_pincite(read=True), read=True),
    ]
    for threads in (0, 1):
        more = {"OMP_NUM_THREADS": "1"} if threads else {}
        found.append(_tutorial(stage, saved["tutorial, dense"], threads, {**own, **more}))
        modes = ("dense", "hybrid")
        found += [_txtai(stage, mode, saved[f"txtai, {mode}"], threads, {**own, **more}) for mode in modes]
    return found


def served(
    subjects: Sequence[Served],
    questions: Sequence[Asked],
    first: First,
    plan: Plan,
    *,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    """For each service ``p50_ms`` of one client, and ``rate_1`` and ``rate_8`` questions a second, by round."""
    rows: list[dict[str, Any]] = [
        {"name": one.name, "peer": one.peer, "threads": one.threads, "p50_ms": [], "rate_1": [], "rate_8": []}
        for one in subjects
    ]
    with ExitStack() as stack:
        running: list[Service] = []
        for one in subjects:
            shared = running[0] if one.read else None
            running.append(shared or stack.enter_context(one.start(first)))
        for one, where in zip(subjects, running, strict=True):
            load(where.port, [one.asking(q.text) for q in questions[:WARM]])
        for row, where in zip(rows, running, strict=True):
            row["rss_mb"] = resident_mb(where.process)
        for number in range(plan.rounds):
            begin = number * plan.together
            asked = [questions[(begin + i) % len(questions)].text for i in range(plan.together)]
            for place in range(len(subjects)):
                turn = (place + number) % len(subjects)
                _round(subjects[turn], running[turn], rows[turn], asked, plan)
            progress("Asking over HTTP", number + 1, plan.rounds)
        for row, where in zip(rows, running, strict=True):
            row["rss_after_mb"] = resident_mb(where.process)
    return rows


def _round(one: Served, where: Service, row: dict[str, Any], asked: Sequence[str], plan: Plan) -> None:
    requests = [one.asking(text) for text in asked]
    alone = load(where.port, requests[: plan.alone])
    together = load(where.port, requests, clients=CLIENTS)
    row["p50_ms"].append(median(alone.milliseconds))
    row["rate_1"].append(alone.rate)
    row["rate_8"].append(together.rate)


def _ask_pincite(*, read: bool) -> Callable[[str], bytes]:
    return lambda question: posted("/v1/ask", {"question": question, "top_k": TOP_K, "read": read})


def _tutorial(stage: Stage, folder: Path, threads: int, environment: Mapping[str, str]) -> Served:
    python = str(stage.environments.python("tutorial"))
    app = "benchmarks.peers.adapters.tutorial_service:create"
    return Served(
        "tutorial, dense",
        "tutorial",
        threads,
        lambda port: [python, "-m", "uvicorn", "--factory", app, "--port", str(port), "--no-access-log"],
        {**environment, "TUTORIAL_MODEL": str(stage.model), "TUTORIAL_FOLDER": str(folder)},
        lambda question: posted("/ask", {"question": question, "top_k": TOP_K}),
    )


def _txtai(stage: Stage, mode: str, folder: Path, threads: int, environment: Mapping[str, str]) -> Served:
    python = str(stage.environments.python("txtai"))
    config = folder.with_name(f"{folder.name}.yml")
    lines = [f"path: {folder}", "writable: false", "embeddings:", f"  path: {stage.model}", ""]
    config.write_text("\n".join(lines), encoding="utf-8")
    return Served(
        f"txtai, {mode}",
        "txtai",
        threads,
        lambda port: [python, "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--no-access-log"],
        {**environment, "CONFIG": str(config)},
        lambda question: got(f"/search?query={quote(question)}&limit={TOP_K}"),
    )
