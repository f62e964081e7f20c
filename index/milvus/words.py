"""How many passages hold each term: counters beside the passages.

Two processes that write at the same moment may lose one of two counts, and one that is killed its last: rarities
weigh words, they decide nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from index.matching import Statistics
from index.milvus.calls import Calls
from index.milvus.schema import NOTHING

PASSAGES, TERMS = "passages", "terms"


class Words:
    """The counters of one collection."""

    def __init__(self, calls: Calls, collection: str) -> None:
        self._calls = calls
        self._collection = collection

    def statistics(self, codes: Sequence[int]) -> Statistics:
        """How many passages there are, how long they are together, and how many hold each of ``codes``.

        They may be those of a moment ago.
        """
        counts = self._counts([PASSAGES, TERMS, *dict.fromkeys(map(str, codes))], late=True)
        passages, terms = counts.pop(PASSAGES, 0), counts.pop(TERMS, 0)
        return Statistics(passages, terms, {int(code): min(count, passages) for code, count in counts.items()})

    def count(self, key: str) -> int:
        """One of them."""
        return self._counts([key]).get(key, 0)

    def add(self, changes: Mapping[str, int]) -> None:
        """Count so many more of each, or fewer."""
        changed = {key: changes[key] for key in (PASSAGES, TERMS, *changes) if changes.get(key)}
        before = self._counts(list(changed))
        after = {key: max(0, before.get(key, 0) + change) for key, change in changed.items()}
        rows = [{"key": key, "count": count, "nothing": NOTHING} for key, count in after.items()]
        self._calls.insert(self._collection, rows)

    def _counts(self, keys: Sequence[str], *, late: bool = False) -> dict[str, int]:
        rows = self._calls.get(self._collection, keys, ["count"], late=late)
        return {key: int(row["count"]) for key, row in rows.items()}


def counted(passages: Sequence[Sequence[int]], *, sign: int) -> Counter[str]:
    """What passages of those terms add to the counters, or take off."""
    found = Counter(
        {str(code): sign * count for code, count in Counter(c for one in passages for c in set(one)).items()}
    )
    found[PASSAGES] = sign * len(passages)
    found[TERMS] = sign * sum(map(len, passages))
    return found
