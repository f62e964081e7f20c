"""FAISS finds what NumPy finds."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Vectors, unit
from index.vectors import Ids, VectorIndex

DIMENSION = 8


def made(seed: int, rows: int) -> Vectors:
    """Unit vectors, (rows, 8), of numbers that float16 has: the index rounds no others."""
    vectors = unit(np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32))
    return vectors.astype(np.float16).astype(np.float32)


def ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)


def by_numpy(known: Ids, vectors: Vectors, query: Vectors, limit: int) -> list[int]:
    """The ids of the ``limit`` rows with the highest inner product, best first."""
    best = np.argsort(-(vectors @ query), kind="stable")[:limit]
    found: list[int] = known[best].tolist()
    return found


@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 70), st.integers(0, 70))
@settings(deadline=None)
def test_search_is_the_order_of_inner_products(seed: int, rows: int, limit: int, among: int) -> None:
    vectors, query = made(seed, rows), made(seed + 1, 1)[0]
    known = np.random.default_rng(seed + 2).permutation(rows)
    index = VectorIndex.empty(DIMENSION).extended([(known, vectors)])
    assert len(index) == rows
    assert index.search(query, limit).tolist() == by_numpy(known, vectors, query, limit)
    kept = known < among
    expected = by_numpy(known[kept], vectors[kept], query, limit)
    assert index.search(query, limit, among=np.arange(among)).tolist() == expected


@given(st.integers(0, 2**32), st.sets(st.integers(0, 9)))
@settings(deadline=None)
def test_removed_ids_are_gone_and_the_others_stay(seed: int, gone: set[int]) -> None:
    vectors, query, known = made(seed, 30), made(seed + 1, 1)[0], np.arange(30)
    index = VectorIndex.empty(DIMENSION).extended([(known, vectors)])
    kept = ~np.isin(known, list(gone))
    found = index.without(ids(*gone)).search(query, 30)
    assert found.tolist() == by_numpy(known[kept], vectors[kept], query, 30)
    assert len(index) == 30


def test_filters_narrow_the_search_and_not_its_result() -> None:
    vectors = unit(np.array([[1, 0], [0.9, 0.1], [0, 1]], dtype=np.float32))
    index = VectorIndex.empty(2).extended([(ids(1, 2, 3), vectors)])
    assert index.search(vectors[0], 1).tolist() == [1]
    assert index.search(vectors[0], 1, among=ids(3)).tolist() == [3]
    assert index.search(vectors[0], 3, among=ids(2, 3, 99)).tolist() == [2, 3]
    assert index.search(vectors[0], 3, among=ids()).tolist() == []


def test_of_equal_vectors_those_added_first_are_kept_and_come_by_id() -> None:
    same = np.tile(made(0, 1), (40, 1))
    index = VectorIndex.empty(DIMENSION).extended([(np.arange(40), same)])
    assert index.search(same[0], 5).tolist() == [0, 1, 2, 3, 4]
    assert index.without(ids(0, 3)).search(same[0], 5).tolist() == [1, 2, 4, 5, 6]


def test_an_empty_index_finds_nothing() -> None:
    assert VectorIndex.empty(DIMENSION).search(made(0, 1)[0], 5).tolist() == []


def test_extending_leaves_the_index_that_readers_hold_as_it_was() -> None:
    vectors = made(0, 3)
    first = VectorIndex.empty(DIMENSION).extended([(ids(1), vectors[:1])])
    second = first.extended([(ids(2), vectors[1:2]), (ids(3), vectors[2:])])
    assert (len(first), len(second)) == (1, 3)
    assert first.search(vectors[2], 3).tolist() == [1]
    assert second.search(vectors[2], 1).tolist() == [3]


@pytest.mark.parametrize(
    "wrong",
    [made(0, 2)[:, :7], made(0, 3), made(0, 2).astype(np.float64), made(0, 2)[0], np.zeros((2, 9), np.float32)],
    ids=["too narrow", "too many rows", "float64", "one dimension", "too wide"],
)
def test_vectors_of_another_shape_or_type_are_refused(wrong: Vectors) -> None:
    index = VectorIndex.empty(DIMENSION)
    with pytest.raises(ValueError, match=r"^wanted \(2, 8\) float32 vectors, got \("):
        index.extended([(ids(1, 2), wrong)])


@pytest.mark.parametrize("wrong", [np.zeros(7, np.float32), np.zeros(8, np.float64), np.zeros((1, 8), np.float32)])
def test_a_query_of_another_shape_or_type_is_refused(wrong: Vectors) -> None:
    index = VectorIndex.empty(DIMENSION).extended([(ids(1), made(0, 1))])
    with pytest.raises(ValueError, match=r"^wanted \(1, 8\) float32 vectors, got"):
        index.search(wrong, 1)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    vectors, query = made(0, 50), made(1, 1)[0]
    index = VectorIndex.empty(DIMENSION).extended([(np.arange(50), vectors)])
    index.write(tmp_path / "vectors.faiss")
    read = VectorIndex.read(tmp_path / "vectors.faiss")
    assert (len(read), read.dimension) == (50, DIMENSION)
    assert read.search(query, 50).tolist() == index.search(query, 50).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_an_index_that_was_read_can_be_extended_and_shrunk(tmp_path: Path) -> None:
    vectors = made(0, 3)
    VectorIndex.empty(DIMENSION).extended([(ids(1, 2), vectors[:2])]).write(tmp_path / "vectors.faiss")
    read = VectorIndex.read(tmp_path / "vectors.faiss").without(ids(1)).extended([(ids(3), vectors[2:])])
    assert sorted(read.search(vectors[0], 3).tolist()) == [2, 3]


def test_a_file_cut_short_anywhere_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    VectorIndex.empty(DIMENSION).extended([(ids(1, 2), made(0, 2))]).write(path)
    raw = path.read_bytes()
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        with pytest.raises(ValueError, match=rf"^{path} is not a readable index$"):
            VectorIndex.read(path)


def test_a_file_that_is_no_index_or_not_there_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    with pytest.raises(ValueError, match=rf"^{path} is not a readable index$"):
        VectorIndex.read(path)
    path.write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match=rf"^{path} is not a readable index$"):
        VectorIndex.read(path)


def test_it_says_which_vectors_it_holds_in_the_order_in_which_they_came() -> None:
    vectors = made(1, 5)
    index = VectorIndex.empty(DIMENSION).extended([(ids(4, 3, 2), vectors[:3]), (ids(9, 1), vectors[3:])])
    index = index.without(ids(2))
    assert index.owners().tolist() == [4, 3, 9, 1]
    assert index.rows(1, 2).tolist() == vectors[[1, 3]].tolist()


def test_an_index_of_an_earlier_pincite_is_refused_so_that_it_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    faiss.write_index(faiss.IndexIDMap(faiss.IndexFlatIP(DIMENSION)), str(path))
    with pytest.raises(ValueError, match=rf"^{path} is an index of another kind$"):
        VectorIndex.read(path)


def test_a_search_takes_one_thread_whichever_thread_it_is_in() -> None:
    """OpenMP keeps the number for each thread: what the importing one was told, no other one knows."""
    index = VectorIndex.empty(DIMENSION).extended([(ids(1), made(0, 1))])

    def threads() -> int:
        index.search(made(1, 1)[0], 1)
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads).result() == 1
