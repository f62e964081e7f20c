"""Documents become stored passages batch by batch, with vectors, terms and context."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_text import TEXTS, assert_cut
from index.documents import Document
from index.embedding import unit
from index.ingesting import BATCH_PASSAGES, STAGE, ingest, prepare
from index.progress import silent
from index.spans import Span
from index.store import Store
from index.terms import codes
from word_embedder import WordEmbedder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


def document(text: str, context: str = "") -> Document:
    return Document.from_text(text, title=text[:9], source="test", context=context)


def test_a_passage_is_prepared_with_its_sentences_terms_and_vectors() -> None:
    text = "  The storm broke.\r\nThe crew slept."
    [passage] = prepare(document(text, context="sea"), WordEmbedder("storm", "crew"))
    assert [sentence.of(text) for sentence in passage.sentences] == ["The storm broke.", "The crew slept."]
    assert passage.termed.codes.tolist() == codes(["sea", "storm", "broke", "crew", "slept"])
    assert passage.termed.lengths == (1, 2, 2)
    counts = np.array([[1, 1, 5], [1, 0, 2], [0, 1, 2]], dtype=np.float32)
    assert passage.vectors.tolist() == unit(counts).tolist()


def test_each_passage_is_embedded_once_with_its_own_offsets() -> None:
    embedder = WordEmbedder("storm", max_tokens=3)
    text = "👩‍👧 The storm broke. It was cold."
    first, second = prepare(document(text), embedder)
    assert (first.sentences, second.sentences) == ((Span(0, 20),), (Span(21, 33),))
    assert first.vectors.tolist() == unit(np.array([[1, 2], [1, 2]], dtype=np.float32)).tolist()
    assert embedder.embedded == 2


def test_context_takes_at_most_a_quarter_of_the_tokens_and_the_passage_the_rest() -> None:
    text = " ".join(f"word{number}" for number in range(30))
    passages = list(prepare(document(text, context="one two three four five"), WordEmbedder(max_tokens=12)))
    assert [one.termed.lengths[0] for one in passages] == [len(codes(["one", "two", "three"]))] * 4
    assert [span.of(text).count("word") for one in passages for span in one.sentences] == [9, 9, 9, 3]


@given(TEXTS.filter(str.strip), TEXTS, st.integers(1, 9))
@settings(deadline=None)
def test_any_text_with_any_context_is_prepared_whole_and_within_the_limit(
    text: str, context: str, limit: int
) -> None:
    embedder = WordEmbedder(max_tokens=limit)
    passages = list(prepare(document(text, context=context), embedder))
    assert_cut(text, [sentence for one in passages for sentence in one.sentences])
    assert embedder.embedded == len(passages)
    for one in passages:
        span = Span(one.sentences[0].start, one.sentences[-1].end)
        assert len(embedder.token_spans(span.of(text))) <= limit
        assert len(one.termed.lengths) == len(one.vectors) == 1 + len(one.sentences)
        assert sum(one.termed.lengths) == len(one.termed.codes)


def of_passages(name: str, count: int) -> Document:
    """A document that an embedder of one token cuts into ``count`` passages."""
    return document(f"{name} " * count)


def test_documents_are_stored_in_batches_and_progress_counts_them(store: Store) -> None:
    documents = [of_passages(name, 300) for name in ("a", "b", "c")]
    seen: list[tuple[str, int, int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total, store.generation))

    ingest(store, documents, WordEmbedder(max_tokens=1), progress)
    assert BATCH_PASSAGES == 512
    assert seen == [(STAGE, 0, 3, 0), (STAGE, 1, 3, 0), (STAGE, 2, 3, 1), (STAGE, 3, 3, 2)]
    assert [(one.id, one.passages) for one in store.summaries()] == [(one.id, 300) for one in documents]


def test_an_interruption_keeps_whole_batches(store: Store) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    documents = [of_passages(name, 300) for name in ("a", "b", "c", "d")]
    with pytest.raises(KeyboardInterrupt):
        ingest(store, documents, WordEmbedder(max_tokens=1), interrupt)
    assert [(one.id, one.passages) for one in store.summaries()] == [(one.id, 300) for one in documents[:2]]
    assert store.generation == 1


def test_nothing_to_add_is_no_transaction(store: Store) -> None:
    ingest(store, [], WordEmbedder(), silent)
    assert store.generation == 0
