"""Four times as many questions as the service can answer: what it answers, what it refuses, how it recovers."""

import resource
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.service.client import JSON, asking, connected
from benchmarks.service.criteria import Criterion, at_least, at_most, below
from benchmarks.service.load import Act, Sample, closed_load, open_load, percentile_ms
from benchmarks.service.memory import Memory, watched
from benchmarks.service.process import Server
from benchmarks.service.texts import book
from index.sessions import available_cores

TIMES = 4
BOOKS = 60
PROBES_PER_SECOND = 10
PROBING_SECONDS = 5.0
NORMAL = 1.5
"""A service is back to normal once this many times its unloaded median is the median of its answers again."""
IN_A_ROW = 5
"""Probes of which that is the median."""


@dataclass(frozen=True, slots=True)
class Phases:
    """What was asked, phase by phase: ``capacity`` by how many clients."""

    unloaded: Sequence[Sample]
    capacity: dict[int, float]
    overload: Sequence[Sample]
    probes: Sequence[Sample]
    seconds: float

    @property
    def most(self) -> float:
        """Answers a second, of the number of clients that gets the most."""
        return max(self.capacity.values())

    @property
    def goodput(self) -> float:
        """Answers a second under overload."""
        return sum(sample.accepted for sample in self.overload) / self.seconds


async def overload(server: Server, seconds: float) -> dict[str, Any]:
    """Every phase, and what came of it; about a minute longer than the load itself."""
    async with connected(server.url) as session:
        questions: list[str] = []
        for number in range(BOOKS):
            made = book(number)
            questions += made.questions
            async with session.post(
                "/v1/documents", json={"text": made.text, "title": made.title}, headers=JSON
            ) as added:
                added.raise_for_status()
        print(f"{BOOKS} documents, {len(questions)} questions", flush=True)
        return await _phases(server, asking(session, questions), seconds)


async def _phases(server: Server, ask: Act, seconds: float) -> dict[str, Any]:
    calm = min(20.0, seconds)
    await closed_load(ask, clients=1, seconds=3)
    unloaded = await closed_load(ask, clients=1, seconds=calm)
    print(f"unloaded: p50 {percentile_ms(unloaded, 50)} ms, p99 {percentile_ms(unloaded, 99)} ms", flush=True)
    capacity = {}
    for clients in (n * available_cores() for n in (1, 2, 3)):
        asked = await closed_load(ask, clients=clients, seconds=calm)
        capacity[clients] = round(sum(sample.accepted for sample in asked) / calm, 2)
        print(f"{clients} clients: {capacity[clients]} answers a second", flush=True)
    rate = TIMES * max(capacity.values())
    async with watched(server) as memory:
        began, ours = server.cpu_seconds(), _own_cpu()
        asked = await open_load(ask, per_second=rate, seconds=seconds)
        spent = {"server": server.cpu_seconds() - began, "client": _own_cpu() - ours}
        probes = await open_load(ask, per_second=PROBES_PER_SECOND, seconds=PROBING_SECONDS)
    phases = Phases(unloaded, capacity, asked, probes, seconds)
    return {
        "offered_per_second": round(rate, 2),
        "cpu_seconds": {who: round(value, 2) for who, value in spent.items()},
        **summary(phases, memory),
    }


def summary(phases: Phases, memory: Memory) -> dict[str, Any]:
    """The figures of all phases, and the criteria."""
    accepted, refused, other = split(phases.overload)
    return {
        "seconds": phases.seconds,
        "unloaded": {**_latency(phases.unloaded), "complete": _complete(phases.unloaded)},
        "capacity_per_second": phases.capacity,
        "overload": {
            "sent": len(phases.overload),
            "goodput_per_second": round(phases.goodput, 2),
            "accepted": {**_latency(accepted), "complete": _complete(accepted)},
            "refused": _latency(refused),
            "other": len(other),
            "client_late_p99_ms": percentile_ms([_lateness(sample) for sample in phases.overload], 99),
        },
        "memory_mb": memory,
        "recovery": {
            "after_seconds": recovered_after(phases.probes, phases.unloaded),
            "probes": [[round(p.due, 2), p.reply.status, round(1000 * p.seconds, 1)] for p in phases.probes],
        },
        "timeline": timeline(phases.overload, phases.seconds),
        "criteria": [asdict(one) for one in criteria(phases, memory)],
    }


def criteria(phases: Phases, memory: Memory) -> list[Criterion]:
    """What issue 7 asks for."""
    accepted, refused, other = split(phases.overload)
    calm = percentile_ms(phases.unloaded, 99)
    growth = max(megabytes for _, megabytes in memory) / memory[0][1] - 1
    return [
        at_least("answered, of its capacity", phases.goodput / phases.most, 0.8, "share"),
        at_most("neither answered nor refused with 503", len(other), 0, "requests"),
        at_most("refusals, p99", percentile_ms(refused, 99), 100, "ms"),
        at_most("accepted p99, of the unloaded p99", percentile_ms(accepted, 99) / calm, 5, "times"),
        below("growth of resident memory", growth, 0.1, "share"),
        at_most("back to normal", recovered_after(phases.probes, phases.unloaded), 2, "s"),
    ]


def split(samples: Sequence[Sample]) -> tuple[list[Sample], list[Sample], list[Sample]]:
    """Those accepted, those refused, and the others."""
    return (
        [sample for sample in samples if sample.accepted],
        [sample for sample in samples if sample.refused],
        [sample for sample in samples if not sample.accepted and not sample.refused],
    )


def recovered_after(probes: Sequence[Sample], unloaded: Sequence[Sample]) -> float:
    """Seconds after the load from which on no probe is turned away, and some in a row take as long as without load.

    The whole time of probing where that is never so.
    """
    normal = NORMAL * percentile_ms(unloaded, 50) / 1000
    for first, probe in enumerate(probes[: 1 - IN_A_ROW]):
        some = probes[first : first + IN_A_ROW]
        if all(one.accepted for one in probes[first:]) and median(one.seconds for one in some) <= normal:
            return round(probe.due, 2)
    return PROBING_SECONDS


def timeline(samples: Sequence[Sample], seconds: float) -> list[dict[str, float]]:
    """For each second in which requests were due: how many were accepted and refused, and the p99 of both."""
    found = []
    for second in range(int(seconds)):
        accepted, refused, other = split([sample for sample in samples if second <= sample.due < second + 1])
        found.append({
            "second": second,
            "accepted": len(accepted),
            "refused": len(refused),
            "other": len(other),
            "accepted_p99_ms": percentile_ms(accepted, 99),
            "refused_p99_ms": percentile_ms(refused, 99),
        })  # fmt: skip
    return found


def _latency(samples: Sequence[Sample]) -> dict[str, float]:
    return {
        "count": len(samples),
        "p50_ms": percentile_ms(samples, 50),
        "p99_ms": percentile_ms(samples, 99),
        "max_ms": percentile_ms(samples, 100),
    }


def _complete(samples: Sequence[Sample]) -> float:
    """The share for which all was read that was to be read: the reader's budget of time ends before."""
    return round(sum(sample.reply.complete for sample in samples) / max(1, len(samples)), 4)


def _lateness(sample: Sample) -> Sample:
    return Sample(sample.due, 0.0, sample.late, sample.reply)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
