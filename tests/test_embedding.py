"""What every embedder does, and the arithmetic that they share."""

from pathlib import Path

import numpy as np
import pytest

from index.compiled import CompiledEmbedder
from index.embedding import Embedder, late_chunked, lead, unit
from index.models import DEFAULT_MODEL, open_embedder
from index.sentences import split
from index.spans import Span
from word_embedder import WordEmbedder

TEXT = "The storm broke the mast. Crème brûlée, 👩‍👧 says: שלום!\r\nThe crew slept."


def test_vectors_are_scaled_to_length_one_along_the_last_axis() -> None:
    found = unit(np.array([[3, 4], [0, -2], [0, 0]], dtype=np.float32))
    assert found.dtype == np.float32
    assert found.tolist() == [[np.float32(0.6), np.float32(0.8)], [0, -1], [0, 0]]


def test_a_sentence_is_the_mean_of_the_tokens_that_begin_in_it() -> None:
    passage = np.array([0, 5], dtype=np.float32)
    tokens = np.array([[1, 0], [3, 0], [0, 2], [0, 4]], dtype=np.float32)
    offsets = np.array([[0, 2], [3, 6], [7, 9], [9, 12]])
    found = late_chunked(passage, tokens, offsets, [Span(0, 6), Span(7, 12), Span(3, 8)])
    assert found[:3].tolist() == [[0, 1], [1, 0], [0, 1]]
    assert found[3].tolist() == pytest.approx([3 / np.sqrt(13), 2 / np.sqrt(13)], abs=1e-6)


def test_a_sentence_without_a_token_of_its_own_has_the_vector_of_the_passage() -> None:
    passage = np.array([0, 5], dtype=np.float32)
    found = late_chunked(passage, np.ones((1, 2), np.float32), np.array([[0, 2]]), [Span(2, 4)])
    assert found.tolist() == [[0, 1], [0, 1]]


def test_context_stands_before_the_text_as_a_sentence() -> None:
    assert lead("annual report") == "annual report. "
    assert lead("") == ""


@pytest.fixture(scope="module", params=["words", "compiled", "reference"])
def any_embedder(
    request: pytest.FixtureRequest, embedder: CompiledEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Embedder:
    """Each of the implementations: the conformance tests below run on all."""
    if request.param == "words":
        return WordEmbedder("storm", "mast", "crew")
    if request.param == "compiled":
        return embedder
    unused: Path = tmp_path_factory.mktemp("unused")
    return open_embedder(DEFAULT_MODEL, unused, runtime="torch")


def test_a_question_is_a_unit_vector(any_embedder: Embedder) -> None:
    vector = any_embedder.embed_question("Who broke the mast?")
    assert (vector.shape, vector.dtype) == ((any_embedder.dimension,), np.float32)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_a_passage_is_a_unit_row_for_itself_and_for_each_sentence(any_embedder: Embedder) -> None:
    sentences = split(TEXT)
    vectors = any_embedder.embed_passage(TEXT, sentences)
    assert (vectors.shape, vectors.dtype) == ((1 + len(sentences), any_embedder.dimension), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * len(vectors), abs=1e-6)


def test_a_passage_without_sentences_is_one_row(any_embedder: Embedder) -> None:
    assert any_embedder.embed_passage(TEXT, []).shape == (1, any_embedder.dimension)


def test_the_same_text_has_the_same_vectors_bit_for_bit(any_embedder: Embedder) -> None:
    sentences = split(TEXT)
    first, second = (any_embedder.embed_passage(TEXT, sentences, context="sea") for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_context_changes_the_passage_and_adds_no_row(any_embedder: Embedder) -> None:
    sentences = split(TEXT)
    plain = any_embedder.embed_passage(TEXT, sentences)
    with_context = any_embedder.embed_passage(TEXT, sentences, context="crew of the ship")
    assert with_context.shape == plain.shape
    assert 0.5 < plain[0] @ with_context[0] < 0.9999


def test_a_sentence_is_nearer_to_its_own_words_than_to_others(any_embedder: Embedder) -> None:
    storm, _, crew = any_embedder.embed_passage(TEXT, split(TEXT))[1:]
    question = any_embedder.embed_question("The crew slept.")
    assert question @ crew > question @ storm


def test_tokens_are_offsets_in_order_that_slice_the_text(any_embedder: Embedder) -> None:
    spans = any_embedder.token_spans(TEXT)
    assert (spans.ndim, spans.shape[1], spans.dtype) == (2, 2, np.int64)
    assert spans.tolist() == sorted(spans.tolist())
    tokens = [TEXT[start:end] for start, end in spans]
    assert tokens[:4] == ["The", "storm", "broke", "the"]
    assert " ".join(tokens).replace(" .", "").endswith("The crew slept")


def test_a_text_without_tokens_has_none(any_embedder: Embedder) -> None:
    assert any_embedder.token_spans("").shape == any_embedder.token_spans(" \r\n").shape == (0, 2)
