"""Load on the service, open and closed: when requests are sent, and what became of each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

FAILED = 0
"""The status of a request that was not answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, whether all was read that was to be read, and what was asked for."""

    status: int
    complete: bool = True
    kind: str = "ask"


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was due, how much later it was sent, and how long after it was due it was answered.

    All in seconds, from the beginning of the load.
    """

    due: float
    late: float
    seconds: float
    reply: Reply

    @property
    def accepted(self) -> bool:
        """Whether it was answered."""
        return 200 <= self.reply.status < 300

    @property
    def refused(self) -> bool:
        """Whether it was turned away as too much."""
        return self.reply.status == 503


Act = Callable[[int], Awaitable[Reply]]
"""Does the request of that number."""


async def open_load(act: Act, *, per_second: float, seconds: float) -> list[Sample]:
    """Begin requests at a constant rate, whatever becomes of those before, and wait for all of them.

    A request's time counts from when it was due, so that a client that falls behind hides nothing.
    """
    samples: list[Sample] = []
    begin = time.perf_counter()

    async def one(number: int, due: float) -> None:
        sent = time.perf_counter() - begin
        reply = await act(number)
        samples.append(Sample(due, sent - due, time.perf_counter() - begin - due, reply))

    async with asyncio.TaskGroup() as requests:
        for number in range(int(per_second * seconds)):
            due = number / per_second
            if (left := due - (time.perf_counter() - begin)) > 0:
                await asyncio.sleep(left)
            requests.create_task(one(number, due))
    return sorted(samples, key=lambda sample: sample.due)


async def closed_load(act: Act, *, clients: int, seconds: float) -> list[Sample]:
    """So many clients, each of which sends its next request when the one before is answered."""
    samples: list[Sample] = []
    begin = time.perf_counter()

    async def one(client: int) -> None:
        number = client
        while (due := time.perf_counter() - begin) < seconds:
            reply = await act(number)
            samples.append(Sample(due, 0.0, time.perf_counter() - begin - due, reply))
            number += clients

    async with asyncio.TaskGroup() as all_of_them:
        for client in range(clients):
            all_of_them.create_task(one(client))
    return samples


def percentile_ms(samples: Sequence[Sample], percent: float) -> float:
    """Milliseconds within which so many percent were answered; 0 where there are none."""
    if not samples:
        return 0.0
    return round(1000 * float(np.percentile([sample.seconds for sample in samples], percent)), 2)
