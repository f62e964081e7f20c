"""A long time of mixed work at half the capacity: errors, memory, and every citation checked."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from benchmarks.service.checking import Checked, Ledger
from benchmarks.service.client import connected
from benchmarks.service.criteria import Criterion, at_most
from benchmarks.service.load import Sample, closed_load, open_load, percentile_ms
from benchmarks.service.memory import Memory, watched
from benchmarks.service.process import Server
from benchmarks.service.work import KINDS, Work
from index.sessions import available_cores

SHARE = 0.5
BOOKS = 200
CAPACITY_SECONDS = 20.0
SETTLED_SECONDS = 120.0
"""Memory is compared with what it was once so much time has passed: caches are full by then."""
COMPARED = 60.0
"""Seconds whose median is compared with that of as many at the end: the files of indexes come and go meanwhile."""


async def soak(server: Server, seconds: float) -> dict[str, Any]:
    """The capacity of the mixed work first, then half of it."""
    async with connected(server.url) as session:
        work = Work(session, Ledger(), random.Random(7))  # noqa: S311 - reproducible, not secret
        await work.know_what_is_there()
        for _ in range(BOOKS):
            await work.add()
        print(f"{BOOKS} documents added", flush=True)
        busy = await closed_load(work.next, clients=available_cores(), seconds=min(CAPACITY_SECONDS, seconds))
        capacity = len(busy) / max(sample.due + sample.seconds for sample in busy)
        print(f"capacity of the mixed work: {capacity:.1f} a second", flush=True)
        work.forget_counts()
        began = server.cpu_seconds()
        async with watched(server, told=work.told) as memory:
            samples = await open_load(work.next, per_second=SHARE * capacity, seconds=seconds)
        spent = server.cpu_seconds() - began
    return {
        "seconds": seconds,
        "capacity_per_second": round(capacity, 2),
        "offered_per_second": round(SHARE * capacity, 2),
        "cpu_seconds": round(spent, 1),
        **summary(samples, work, memory, seconds),
    }


def summary(samples: Sequence[Sample], work: Work, memory: Memory, seconds: float) -> dict[str, Any]:
    """The figures, and the criteria."""
    checked = work.ledger.checked
    return {
        "requests": dict(work.counts),
        "documents": work.documents,
        "statuses": {str(status): n for status, n in sorted(Counter(s.reply.status for s in samples).items())},
        "errors": work.errors,
        "latency_ms": {
            kind: {"p50": percentile_ms(some, 50), "p99": percentile_ms(some, 99), "max": percentile_ms(some, 100)}
            for kind in KINDS
            if (some := [sample for sample in samples if sample.reply.kind == kind])
        },
        "citations": asdict(checked),
        "memory_growth": round(growth(memory, seconds), 4),
        "memory_mb": memory,
        "criteria": [asdict(one) for one in criteria(samples, checked, growth(memory, seconds))],
    }


def criteria(samples: Sequence[Sample], checked: Checked, grown: float) -> list[Criterion]:
    """What issue 7 asks for."""
    return [
        at_most("errors", sum(not sample.accepted for sample in samples), 0, "requests"),
        at_most("growth of resident memory after two minutes", grown, 0.03, "share"),
        at_most("citations that do not match", checked.mismatches + checked.unknown, 0, "citations"),
        at_most("citations of documents that were gone", checked.after_the_end, 0, "citations"),
    ]


def growth(memory: Memory, seconds: float) -> float:
    """How much larger it is at the end than after two minutes, as a share; a run of less than four tells less."""
    settled, compared = min(SETTLED_SECONDS, seconds / 2), min(COMPARED, seconds / 4)
    first = [megabytes for at, megabytes in memory if settled <= at < settled + compared]
    last = [megabytes for at, megabytes in memory if at >= seconds - compared]
    return median(last) / median(first) - 1
