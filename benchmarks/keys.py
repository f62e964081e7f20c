"""Whether the time that refusing a wrong API key takes tells how much of a valid one it begins with.

``python -m benchmarks.keys`` writes ``benchmarks/keys.json``. Wrong keys of one length that share more and less
with a valid key are looked up in an order drawn by chance, so that whatever else the machine does falls on all
alike; each group's figure is the mean of the middle half. For comparison the same is done with a lookup that does
tell: character by character, up to the first difference.
"""

import json
import random
import statistics
import string
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from api.access.keys import Key, Keys, make
from benchmarks.machine import machine

RESULT = Path(__file__).with_suffix(".json")
SHARED = (0, 8, 20, 35, 50)
"""So many of a key's 51 characters are those of a valid one; 8 are the prefix that every key has."""
KEYS = 5
ROUNDS = 40_000
DIFFERENT = 500
"""Wrong keys of each group, so that no figure hangs on where one string lies in memory."""
RESAMPLED = 200
SEED = 7
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def wrong(secret: str, shared: int, chosen: random.Random) -> str:
    """A key of the same length, of which the first so many characters are right and the next is not."""
    rest = "".join(chosen.choices(string.ascii_letters, k=len(secret) - shared - 1))
    return f"{secret[:shared]}~{rest}"


def telling(secrets: list[str]) -> Callable[[str], bool]:
    """A lookup that ends at the first difference."""

    def found(sent: str) -> bool:
        for secret in secrets:
            for one, other in zip(secret, sent, strict=True):
                if one != other:
                    break
            else:
                return True
        return False

    return found


def timed(lookup: Callable[[str], object], secret: str, chosen: random.Random) -> dict[int, list[int]]:
    """Nanoseconds of each lookup, by how many characters were right."""
    sent = [{shared: wrong(secret, shared, chosen) for shared in SHARED} for _ in range(DIFFERENT)]
    times: dict[int, list[int]] = {shared: [] for shared in SHARED}
    for number in range(ROUNDS):
        for shared in chosen.sample(SHARED, len(SHARED)):
            key = sent[number % DIFFERENT][shared]
            begin = time.perf_counter_ns()
            lookup(key)
            times[shared].append(time.perf_counter_ns() - begin)
    return times


def middle(values: list[int]) -> float:
    """The mean of the middle half, in nanoseconds."""
    quarter = len(values) // 4
    return statistics.fmean(sorted(values)[quarter : len(values) - quarter])


def slope(times: dict[int, list[int]]) -> float:
    """Nanoseconds more for each further right character: least squares over the groups."""
    return statistics.linear_regression(SHARED, [middle(times[shared]) for shared in SHARED]).slope


def measured(lookup: Callable[[str], object], secret: str, chosen: random.Random) -> dict[str, object]:
    """The figures, the slope, and the interval in which 95 % of the slopes of resampled times lie."""
    times = timed(lookup, secret, chosen)
    slopes = sorted(
        slope({shared: chosen.choices(values, k=len(values) // 10) for shared, values in times.items()})
        for _ in range(RESAMPLED)
    )
    return {
        "ns": {str(shared): round(middle(values), 1) for shared, values in times.items()},
        "ns_per_right_character": round(slope(times), 3),
        "95 % within": [round(slopes[RESAMPLED // 40], 3), round(slopes[-RESAMPLED // 40 - 1], 3)],
    }


def main() -> None:
    """Measure both lookups, and write and print what came of it."""
    made: list[tuple[str, Key]] = [make(str(number), "read", created=NOW) for number in range(KEYS)]
    secret, chosen = made[0][0], random.Random(SEED)  # noqa: S311
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "lookups": ROUNDS * len(SHARED),
        "keys": measured(Keys([key for _, key in made]).owner, secret, chosen),
        "character by character": measured(telling([one for one, _ in made]), secret, chosen),
    }
    written = json.dumps(result, indent=1)
    RESULT.write_text(written + "\n", encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
