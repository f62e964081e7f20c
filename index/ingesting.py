"""From a document to stored passages with their vectors."""

from collections.abc import Iterator, Sequence

from index.chunking import cut
from index.documents import Document
from index.embedding import Embedder, Vectors
from index.progress import Progress
from index.spans import Span
from index.store import Store

STAGE = "Embedding passages"
BATCH_PASSAGES = 512
"""Passages that are embedded before they are stored together: what an interruption can cost."""

Prepared = tuple[tuple[Span, ...], Vectors]
"""A passage's sentences in its document, and ``(1 + sentences, dimension)`` float32 unit rows."""


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
    for passage in cut(document.text, embedder.token_spans, max_tokens=embedder.max_tokens):
        start = passage.span.start
        inside = [Span(s.start - start, s.end - start) for s in passage.sentences]
        yield passage.sentences, embedder.embed_passage(passage.span.of(document.text), inside)


def reembed(store: Store, embedder: Embedder, progress: Progress) -> None:
    """Replace every passage by new ones under ``embedder``, in one transaction."""
    ids = store.document_ids()
    with store.transaction():
        store.remove_passages()
        store.set_meta("fingerprint", embedder.fingerprint)
        for done, document_id in enumerate(ids):
            progress(STAGE, done, len(ids))
            document = store.document(document_id)
            for sentences, vectors in prepare(document, embedder) if document else ():
                store.add_passage(document_id, sentences, vectors)
    progress(STAGE, len(ids), len(ids))


def _write(store: Store, prepared: Sequence[tuple[Document, list[Prepared]]]) -> None:
    if not prepared:
        return
    with store.transaction():
        for document, passages in prepared:
            store.add_document(document)
            for sentences, vectors in passages:
                store.add_passage(document.id, sentences, vectors)
