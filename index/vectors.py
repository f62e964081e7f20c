"""Nearest vectors, by FAISS: the one module that imports it."""

import os
from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

Ids = npt.NDArray[np.int64]


class VectorIndex:
    """Passages' unit vectors, each under its passage's id.

    They are held as float16, as the store keeps them: half the memory of float32, and half of it to read a search.
    Immutable for readers: ``extended`` and ``without`` return a new index. Search is exact.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> "VectorIndex":
        """An index of no vectors with ``dimension`` components."""
        half = faiss.ScalarQuantizer.QT_fp16
        return cls(faiss.IndexIDMap(faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)))

    @classmethod
    def read(cls, path: Path) -> "VectorIndex":
        """The index that ``write`` put at ``path``.

        Raises:
            ValueError: the file is not there, not readable as an index, or one of an earlier Pincite.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError(f"{path} is not a readable index") from error
        if not isinstance(index, faiss.IndexIDMap) or not isinstance(
            faiss.downcast_index(index.index), faiss.IndexScalarQuantizer
        ):
            raise ValueError(f"{path} is an index of another kind")
        return cls(index)

    def write(self, path: Path) -> None:
        """Replace the file at ``path``, whole or not at all, and wait until it is on disk.

        Raises:
            OSError: it cannot be written.
        """
        temporary = path.with_suffix(".tmp")
        try:
            faiss.write_index(self._index, str(temporary))
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written") from error
        finally:
            temporary.unlink(missing_ok=True)

    @property
    def dimension(self) -> int:
        """Components of each vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def owners(self) -> Ids:
        """The id of each vector, in the order in which they were added."""
        ids: Ids = faiss.vector_to_array(self._mapped().id_map)
        return ids

    def rows(self, first: int, count: int) -> Vectors:
        """``(count, dimension)`` float32, in that order: the vectors from place ``first`` on."""
        rows: Vectors = self._mapped().index.reconstruct_n(first, count)
        return rows

    def extended(self, batches: Iterable[tuple[Ids, Vectors]]) -> "VectorIndex":
        """A copy that also holds batches of vectors, ``(n, dimension)`` float32, row ``i`` under ``ids[i]``."""
        index = faiss.clone_index(self._index)
        for ids, vectors in batches:
            self._check(vectors, rows=len(ids))
            index.add_with_ids(np.ascontiguousarray(vectors), np.ascontiguousarray(ids, dtype=np.int64))
        return VectorIndex(index)

    def without(self, ids: Ids) -> "VectorIndex":
        """A copy without any vector under ``ids``."""
        index = faiss.clone_index(self._index)
        index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, dtype=np.int64)))
        return VectorIndex(index)

    def search(self, query: Vectors, limit: int, *, among: Ids | None = None) -> Ids:
        """The ids of the ``limit`` vectors with the highest inner product with ``query`` (dimension,) float32.

        Best first, equal ones by id. ``among`` leaves all other ids out of the search itself, not out of its
        result.
        """
        self._check(query[np.newaxis], rows=1)
        if not len(self) or (among is not None and not len(among)):
            return np.empty(0, dtype=np.int64)
        options = None
        if among is not None:
            options = faiss.SearchParameters()
            options.sel = faiss.IDSelectorBatch(np.ascontiguousarray(among, dtype=np.int64))
        # More OpenMP threads make the slowest questions far slower; their number is each thread's own affair.
        faiss.omp_set_num_threads(1)
        [products], [found] = self._index.search(query[np.newaxis], min(limit, len(self)), params=options)
        ids: Ids = found[np.lexsort((found, -products))]
        return ids[ids >= 0]

    def _mapped(self) -> faiss.IndexIDMap:
        if not isinstance(self._index, faiss.IndexIDMap):
            raise ValueError(f"wanted vectors under ids, got {type(self._index).__name__}")
        return self._index

    def _check(self, vectors: Vectors, *, rows: int) -> None:
        if vectors.shape != (rows, self.dimension) or vectors.dtype != np.float32:
            raise ValueError(
                f"wanted ({rows}, {self.dimension}) float32 vectors, got {vectors.shape} {vectors.dtype}"
            )
