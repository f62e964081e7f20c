"""How often each client asks."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from index.errors import PinciteError

WINDOW_SECONDS = 60
BACK_SECONDS = 1.0
"""How far the clock may go back before it counts as set: less than that delays a client by as much."""


class TooManyRequests(PinciteError):
    """A client has asked too often."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A client's rate after a request: whether that may pass, how many more may, and until the next one could."""

    allowed: bool
    remaining: int
    seconds: int


class Rates:
    """Counts each client's requests in the last minute, at most ``per_minute`` of them."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = time.time()
        self.policy = f'"minute";q={per_minute};w={WINDOW_SECONDS}'

    def ask(self, client: str, cost: int = 1) -> Rate:
        """Count a request of ``client``, or ``cost`` of them; what may not pass is not counted."""
        self._follow_clock()
        allowed = self._limiter.hit(self._item, client, cost=cost)
        reset, remaining = self._limiter.get_window_stats(self._item, client)
        return Rate(allowed, remaining, min(WINDOW_SECONDS, max(1, math.ceil(reset - time.time()))))

    def _follow_clock(self) -> None:
        """Begin to count anew where the system's clock was set back.

        What was counted bears its time, and would refuse a client until that time has come again.
        """
        now = time.time()
        if now < self._latest - BACK_SECONDS:
            self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = now
