"""Places at work, and a bounded queue for them."""

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from index.errors import PinciteError

CALM_SECONDS = 1.0
"""After a refusal, for so long no more wait than work."""


class Overloaded(PinciteError):
    """More is asked than can be answered in time."""

    def __init__(self) -> None:
        super().__init__("more is asked than can be answered in time", remedy="ask again in a second")


class Gone(Exception):
    """Whoever waited has gone away."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many work at once, how many more wait at most, and how long each."""

    working: int
    waiting: int
    wait_ms: float


class Places:
    """At most so many at work at once; so many more wait, in the order in which they came.

    All in one event loop: waiting takes no thread. Whoever finds the queue full is told at once, so that those in
    it still get their answers in time. The queue is long for a burst, which it takes without a refusal, and short
    where more comes than can be answered: then a long one answers nobody sooner, and all in it later.
    """

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._refused = -math.inf
        self._queue: deque[asyncio.Future[None]] = deque()
        self.working = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    @contextlib.asynccontextmanager
    async def taken(self, gone: Callable[[], Awaitable[None]]) -> AsyncIterator[Callable[[], None]]:
        """A place, given back at the end, or before where what it yields is called; once in any case.

        What ``gone`` returns ends where who asked has gone away.

        Raises:
            Overloaded: the queue is full, or none came free in time.
            Gone: nobody waits for it any more.
        """
        if self.working < self._limits.working:
            self.working += 1
        elif self.waiting < self._room():
            await self._wait(gone)
        else:
            self._refused = self._clock()
            raise Overloaded
        with contextlib.ExitStack() as held:
            held.callback(self._give_back)
            yield held.close

    async def give_way(self) -> None:
        """Let those go first who wait now, for who has a place and more than one piece of work.

        It is the last of them then, whatever the queue's length, and is never refused.
        """
        if not self._queue:
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        self._give_back()
        try:
            await turn
        except BaseException:  # the service ends; the place is given back by who took it, so it must be there
            if turn in self._queue:
                self._queue.remove(turn)
                self.working += 1
            raise

    def _room(self) -> int:
        """How many may wait now."""
        calm = self._clock() - self._refused >= CALM_SECONDS
        return self._limits.waiting if calm else min(self._limits.waiting, self._limits.working)

    async def _wait(self, gone: Callable[[], Awaitable[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        leaving = asyncio.ensure_future(gone())
        self._queue.append(turn)
        try:
            seconds = self._limits.wait_ms / 1000
            await asyncio.wait({turn, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                raise Gone
            if not turn.done():
                raise Overloaded
        except BaseException:  # also where the service ends meanwhile: a place that came must go on to the next
            if turn.done():
                self._give_back()
            else:
                self._queue.remove(turn)
            raise
        finally:
            leaving.cancel()

    def _give_back(self) -> None:
        """To whoever has waited longest; ``working`` stays as it is then."""
        if self._queue:
            self._queue.popleft().set_result(None)
        else:
            self.working -= 1
