"""Where a run of texts is cut, so that an edit moves only the cuts beside it."""

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence


def spaced(texts: Sequence[str], sizes: Sequence[int], *, spacing: int, limit: int) -> list[range]:
    """``texts`` in runs of ``spacing`` or more in size, most often twice that; the first and last may be less.

    None is above ``limit``, unless it is a single text. Every text has a number that comes from its words alone,
    and a run begins with one that has the lowest of all within ``spacing`` on either side. So whether there is a
    cut is decided nearby: a text that is changed, added or left out moves two at most ("Content-dependent chunking
    for differential compression, the local maximum approach", Bjørner et al. 2010). Only runs that would be above
    ``limit``, which are rare, are cut again.
    """
    starts = [0, *itertools.accumulate(sizes)]
    keys = [hashlib.sha256(text.encode()).digest()[:8] for text in texts]
    before = _distances(keys, starts[:-1])
    behind = _distances(keys[::-1], [starts[-1] - start for start in starts[-2::-1]])[::-1]
    cuts = [place for place in range(1, len(texts)) if min(before[place], behind[place]) >= spacing]
    runs = (range(begin, end) for begin, end in itertools.pairwise([0, *cuts, len(texts)]) if begin < end)
    return [part for run in runs for part in _within(run, keys, starts, spacing, limit)]


def _distances(keys: Sequence[bytes], starts: Sequence[int]) -> list[float]:
    """How far before each place the nearest one is that is no higher."""
    distances: list[float] = []
    rising: list[int] = []
    for key, start, place in zip(keys, starts, range(len(keys)), strict=True):
        while rising and keys[rising[-1]] > key:
            rising.pop()
        distances.append(start - starts[rising[-1]] if rising else math.inf)
        rising.append(place)
    return distances


def _within(run: range, keys: Sequence[bytes], starts: Sequence[int], spacing: int, limit: int) -> Iterator[range]:
    """``run`` itself, or its parts where it is above the limit."""
    begin, end = starts[run.start], starts[run.stop]
    if end - begin <= limit or len(run) == 1:
        yield run
        return
    inner = run[1:]
    apart = [place for place in inner if spacing <= starts[place] - begin <= end - begin - spacing]
    middle = (begin + end) / 2
    at = min(apart or inner, key=lambda place: (keys[place] if apart else b"", abs(starts[place] - middle)))
    yield from _within(range(run.start, at), keys, starts, spacing, limit)
    yield from _within(range(at, run.stop), keys, starts, spacing, limit)
