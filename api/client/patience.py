"""How often, and how long, a client tries again."""

import email.utils
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _chance() -> float:
    """A number in [0, 1)."""
    return secrets.randbelow(1_000_000) / 1_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits that double from ``first_seconds`` to ``longest_seconds``, each with up to half of it left to chance.

    No more than ``attempts`` are made in all, and none is begun ``total_seconds`` after the first. ``chance``
    spreads clients that were refused together, so that they do not come back together.
    """

    attempts: int = 5
    total_seconds: float = 10.0
    first_seconds: float = 0.1
    longest_seconds: float = 2.0
    chance: Callable[[], float] = _chance

    def wait(self, failed: int, *, elapsed: float, asked: float = 0.0) -> float | None:
        """Seconds to wait after ``failed`` attempts, at least the ``asked`` ones; None to give up."""
        step = min(self.longest_seconds, self.first_seconds * 2.0 ** (failed - 1))
        seconds = asked + step * (1 + self.chance()) / 2
        return seconds if failed < self.attempts and elapsed + seconds <= self.total_seconds else None


PATIENT = Patience()
ONCE = Patience(attempts=1)


def seconds_asked(header: str | None, *, now: datetime) -> float:
    """A Retry-After header in seconds: it is their number, or a date (RFC 9110, 10.2.3); 0 where it is neither."""
    if header is None:
        return 0.0
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        then = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())
