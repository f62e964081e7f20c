"""From a document to stored passages with their vectors."""

from collections.abc import Iterator, Sequence

import numpy as np

from index.chunking import cut
from index.documents import Document
from index.embedding import Embedder, lead
from index.matching import Termed
from index.passages import Prepared
from index.progress import Progress
from index.store import Store
from index.terms import codes, terms

STAGE = "Embedding passages"
BATCH_PASSAGES = 512
"""Passages that are embedded before they are stored together: what an interruption can cost."""
CONTEXT_SHARE = 4
"""A document's context may take a quarter of the tokens that the model takes in."""


def ingest(store: Store, documents: Sequence[Document], embedder: Embedder, progress: Progress) -> None:
    """Store new documents with their passages, batch by batch; each batch is durable, whole or not at all."""
    waiting: list[tuple[Document, list[Prepared]]] = []
    for done, document in enumerate(documents):
        progress(STAGE, done, len(documents))
        waiting.append((document, list(prepare(document, embedder))))
        if sum(len(passages) for _, passages in waiting) >= BATCH_PASSAGES:
            _write(store, waiting)
            waiting = []
    _write(store, waiting)
    progress(STAGE, len(documents), len(documents))


def prepare(document: Document, embedder: Embedder) -> Iterator[Prepared]:
    """Cut and embed one document."""
    context = fitting(document.context, embedder)
    room = embedder.max_tokens - len(embedder.token_spans(lead(context)))
    for passage in cut(document.text, embedder.token_spans, max_tokens=room):
        inside = [sentence.within(passage.span) for sentence in passage.sentences]
        vectors = embedder.embed_passage(passage.span.of(document.text), inside, context=context)
        parts = [codes(terms(part)) for part in (context, *(s.of(document.text) for s in passage.sentences))]
        termed = Termed(
            np.array([code for part in parts for code in part], dtype=np.uint32), tuple(map(len, parts))
        )
        yield Prepared(passage.sentences, termed, vectors)


def fitting(context: str, embedder: Embedder) -> str:
    """``context`` cut at its end to a share of what the model takes in, so that the passage has room."""
    tokens = embedder.token_spans(context)
    limit = embedder.max_tokens // CONTEXT_SHARE
    if len(tokens) <= limit:
        return context
    return context[: tokens[limit - 1, 1]] if limit else ""


def _write(store: Store, prepared: Sequence[tuple[Document, list[Prepared]]]) -> None:
    if not prepared:
        return
    with store.transaction():
        for document, passages in prepared:
            store.add_document(document)
            store.add_passages(document.id, passages)
