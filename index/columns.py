"""Stored passages as columns: what a question needs of many is decoded and worked out for all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Vectors
from index.matching import Numbers, Stream
from index.passages import Bounds

Row = tuple[int, str, bytes, bytes, bytes, bytes]
"""A passage as the database keeps it: id, document's id, sentences' bounds, terms' counts, terms, vectors."""
_BOUNDS, _NUMBER, _COMPONENT = 8, 4, 2
"""Bytes of a sentence's bounds, of a term or a count, and of a vector's component."""
_SIGN_AND_HALF = np.int32(-0x70000001)
"""All bits but the three between the sign and a float16's exponent."""


@dataclass(frozen=True, slots=True)
class Columns:
    """``n`` passages with ``s`` sentences together, in the order of the rows.

    ``ids`` and ``document_ids`` are the passages'. ``bounds`` (s, 2) are the sentences' code points. ``vectors`` is
    (n + s, dimension) float32, each passage's own before its sentences', as ``stream`` has their terms.
    """

    ids: tuple[int, ...]
    document_ids: tuple[str, ...]
    bounds: Bounds
    stream: Stream
    vectors: Vectors

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Columns":
        """The columns of ``rows``.

        Raises:
            ValueError: a row is not one that was stored: its parts do not fit each other.
        """
        ids, document_ids, *parts = zip(*rows, strict=True) if rows else ((),) * 6
        bounds, lengths, codes, vectors = parts
        sizes = np.array([list(map(len, part)) for part in parts], dtype=np.int64)
        stream = Stream(
            np.frombuffer(b"".join(codes), dtype="<u4"),
            np.frombuffer(b"".join(lengths), dtype="<i4").astype(np.int64),
            sizes[0] // _BOUNDS,
        )
        columns = cls(
            ids,
            document_ids,
            np.frombuffer(b"".join(bounds), dtype="<i4").reshape(-1, 2),
            stream,
            _widened(b"".join(vectors)).reshape(len(stream.lengths), -1 if rows else 0),
        )
        if rows:
            columns._require_sound(sizes)
        return columns

    def _require_sound(self, sizes: Numbers) -> None:
        """See that the parts, of (4, n) bytes, are as long as the sentences' number asks for."""
        sentences = self.stream.sizes
        terms = np.add.reduceat(self.stream.lengths, self.stream.contexts)
        parts = [sentences * _BOUNDS, (sentences + 1) * _NUMBER, terms * _NUMBER]
        parts.append((sentences + 1) * self.vectors.shape[1] * _COMPONENT)
        begin, end = self.bounds.T
        fit = (sizes == np.stack(parts)).all() and (sentences > 0).all()
        if not (fit and (begin >= 0).all() and (begin < end).all()):
            raise ValueError("the parts of a passage do not fit each other")


def _widened(halves: bytes) -> Vectors:
    """Float16 numbers as float32, exactly, in a fifth of NumPy's time; none may be infinite.

    Sign, exponent and fraction move to their places in a float32, whose exponent counts from 112 further below.
    """
    bits = np.frombuffer(halves, dtype="<i2").astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_HALF
    widened: Vectors = bits.view(np.float32)
    widened *= np.float32(2.0**112)
    return widened
