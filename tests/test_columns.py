"""Stored passages as columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.columns import Columns, Row

DIMENSION = 4


def row(passage_id: int, sentences: list[tuple[int, int]], terms: list[list[int]], vectors: list[float]) -> Row:
    return (
        passage_id,
        f"document {passage_id}",
        np.array(sentences, dtype="<i4").tobytes(),
        np.array([len(part) for part in terms], dtype="<i4").tobytes(),
        np.array([term for part in terms for term in part], dtype="<u4").tobytes(),
        np.array(vectors, dtype="<f2").tobytes(),
    )


FIRST = row(3, [(0, 4), (5, 9)], [[], [7, 2**32 - 1], [7]], [0.5] * 12)
SECOND = row(9, [(12, 15)], [[1], []], [-0.25] * 8)


def test_rows_are_laid_end_to_end() -> None:
    columns = Columns.of([FIRST, SECOND])
    assert (columns.ids, columns.document_ids) == ((3, 9), ("document 3", "document 9"))
    assert columns.bounds.tolist() == [[0, 4], [5, 9], [12, 15]]
    assert columns.stream.codes.tolist() == [7, 2**32 - 1, 7, 1]
    assert columns.stream.lengths.tolist() == [0, 2, 1, 1, 0]
    assert columns.stream.sizes.tolist() == [2, 1]
    assert (columns.stream.contexts.tolist(), columns.stream.sentences.tolist()) == ([0, 3], [1, 2, 4])
    assert columns.vectors.tolist() == [[0.5] * 4] * 3 + [[-0.25] * 4] * 2


def test_no_rows_are_columns_of_nothing() -> None:
    columns = Columns.of([])
    assert (columns.ids, columns.bounds.shape, len(columns.stream.lengths), len(columns.vectors)) == (
        (),
        (0, 2),
        0,
        0,
    )


@given(st.lists(st.floats(width=16, allow_infinity=False, allow_nan=False), min_size=8, max_size=8))
def test_vectors_are_widened_exactly(numbers: list[float]) -> None:
    """Every finite float16, the smallest and minus nought among them."""
    widened = Columns.of([row(1, [(0, 1)], [[], []], numbers)]).vectors
    assert widened.dtype == np.float32
    assert widened.tobytes() == np.array(numbers, dtype=np.float32).tobytes()


@pytest.mark.parametrize(
    "wrong",
    [
        (1, "d", b"", b"\0" * 4, b"", b"\0" * 8),
        (1, "d", FIRST[2][:-1], *FIRST[3:]),
        (1, "d", FIRST[2], FIRST[3][:-4], *FIRST[4:]),
        (1, "d", *FIRST[2:4], FIRST[4][:-4], FIRST[5]),
        (1, "d", *FIRST[2:5], FIRST[5][:-2]),
        (1, "d", *FIRST[2:5], FIRST[5] + FIRST[5][:8]),
        row(1, [(4, 4), (5, 9)], [[], [7], [7, 8]], [0.5] * 12),
        row(1, [(-1, 4), (5, 9)], [[], [7], [7, 8]], [0.5] * 12),
    ],
    ids=["no sentence", "half a bound", "a count less", "a term less", "half a vector", "one vector more",
         "an empty sentence", "before the text"],
)  # fmt: skip
def test_a_row_whose_parts_do_not_fit_is_refused(wrong: Row) -> None:
    with pytest.raises(ValueError, match=r"."):
        Columns.of([SECOND, wrong])
    with pytest.raises(ValueError, match=r"."):
        Columns.of([wrong])
