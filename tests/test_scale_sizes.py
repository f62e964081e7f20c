"""What a library takes in Milvus is counted as docs/SCALE.md says."""

import base64
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale.__main__ import measured, size
from benchmarks.scale.sizes import Corpus, Size, nodes
from index.documents import Document
from index.library import Library
from word_embedder import WordEmbedder

DIMENSION = 3
FEW = Corpus(
    documents=1,
    passages=10,
    sentences=50,
    terms=800,
    distinct=600,
    vector=15_360,
    halves=61_440,
    rest=14_000,
    text=9_000,
    place=1_000,
)


def test_a_library_is_counted_row_by_row(tmp_path: Path) -> None:
    """Two documents of a passage each, with three sentences together."""
    library = Library.local(tmp_path, WordEmbedder("storm", "crew"))
    texts = ["The storm broke the mast. The crew drowned.", "A storm, a storm."]
    library.add([Document.from_text(text, title="t", source="s") for text in texts])
    library.close()
    found = measured(tmp_path)
    assert (found.documents, found.passages, found.sentences) == (2, 2, 3)
    assert (found.terms, found.distinct) == (7, 6)
    assert found.vector == 2 * 4 * DIMENSION
    half = len(base64.b64encode(np.zeros(DIMENSION, dtype="<f2").tobytes()))
    assert found.halves == (2 + 3) * half
    assert found.text > sum(len(text) for text in texts)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", 0), ("né", 3), (1, 8), (np.zeros(4, dtype=np.float32), 16), (["ab", "c"], 3), ({"a": "é"}, 10)],
)
def test_the_size_of_a_value_is_that_of_its_bytes(value: object, expected: int) -> None:
    assert size(value) == expected


def test_ten_times_as_many_sentences_take_ten_times_as_much() -> None:
    found = Size.of(FEW, 500)
    assert found.passages == 100
    assert (found.vectors, found.graph, found.postings) == (153_600, 26_000, 48_000)
    assert found.searched == 227_600
    assert found.loaded == 227_600 + 614_400 + 140_000 + 100_000
    assert found.stored == found.loaded + 153_600
    assert found.local == 76_800


def test_measured_libraries_add_up() -> None:
    assert (FEW + FEW).halves == 2 * FEW.halves
    assert Size.of(FEW + FEW, 500) == Size.of(FEW, 500)


@pytest.mark.parametrize(("gibibytes", "machines"), [(0.1, 1), (44.8, 1), (44.9, 2), (448, 10)])
def test_a_machine_of_64_gib_holds_seven_tenths_of_that(gibibytes: float, machines: int) -> None:
    assert nodes(gibibytes * 2**30) == machines
