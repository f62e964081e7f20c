"""Strings of any length, in segments that Milvus can keep."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence

from index.milvus.calls import Calls, Row
from index.milvus.schema import NOTHING

SEGMENT_BYTES = 65_000
"""UTF-8 bytes of a segment: what Milvus takes, less a little."""


class Segments:
    """Strings under names, each put and got as a whole; one that is shorter than before leaves nothing behind."""

    def __init__(self, calls: Calls, collection: str) -> None:
        self._calls = calls
        self._collection = collection

    def put(self, strings: Mapping[str, str], *, kind: str, made: int = 0) -> None:
        """Keep each string under its name; the first segment, which says how many there are, is written last."""
        first: list[Row] = []
        more: list[Row] = []
        for name, text in strings.items():
            pieces = list(cut(text))
            for number, piece in enumerate(pieces):
                counted = f"{len(pieces)}\n{piece}" if number == 0 else piece
                row = {"key": _key(name, number), "kind": kind, "made": made, "text": counted, "nothing": NOTHING}
                (more if number else first).append(row)
        self._calls.insert(self._collection, more)
        self._calls.insert(self._collection, first)

    def get(self, names: Sequence[str], *, fixed: bool = False) -> dict[str, str]:
        """The strings of those names that are there; ``fixed`` ones are never put twice."""
        heads = self._calls.get(self._collection, [_key(name, 0) for name in names], ["text"], fixed=fixed)
        pieces: dict[str, list[str]] = {}
        wanted: list[tuple[str, int]] = []
        for name in names:
            if row := heads.get(_key(name, 0)):
                count, _, text = str(row["text"]).partition("\n")
                pieces[name] = [text]
                wanted += [(name, number) for number in range(1, int(count))]
        rest = self._calls.get(self._collection, [_key(*one) for one in wanted], ["text"], fixed=fixed)
        for name, number in wanted:
            if (row := rest.get(_key(name, number))) is None:
                pieces.pop(name, None)  # it is being removed
            elif name in pieces:
                pieces[name].append(str(row["text"]))
        return {name: "".join(parts) for name, parts in pieces.items()}

    def remove(self, names: Sequence[str]) -> None:
        """Keep them no more."""
        heads = self._calls.get(self._collection, [_key(name, 0) for name in names], ["text"])
        keys = [
            _key(name, number)
            for name in names
            if (row := heads.get(_key(name, 0)))
            for number in range(int(str(row["text"]).partition("\n")[0]))
        ]
        self._calls.delete(self._collection, keys)

    def names(self, kind: str, *, before: int | None = None) -> list[str]:
        """The names of all strings of that kind, or of those made before then."""
        condition = f'kind == "{kind}"' + (f" and made < {before}" if before is not None else "")
        keys = (str(row["key"]) for row in self._calls.all(self._collection, condition, []))
        return sorted(name for name, _, number in (key.rpartition("#") for key in keys) if number == "0")


def cut(text: str) -> Iterator[str]:
    """``text`` in pieces of at most ``SEGMENT_BYTES`` in UTF-8, at least one; together they are the text."""
    start = 0
    for _ in itertools.count():
        end = min(len(text), start + SEGMENT_BYTES)
        while len(text[start:end].encode()) > SEGMENT_BYTES:
            end = start + (end - start) * SEGMENT_BYTES // len(text[start:end].encode())
        yield text[start:end]
        start = end
        if start >= len(text):
            return


def encoded(record: object) -> str:
    """A record as a string; what would be a control character is escaped."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _key(name: str, number: int) -> str:
    return f"{name}#{number}"
