"""From a document to stored passages with their vectors."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Protocol

import numpy as np

from index.chunking import Cut, cut
from index.documents import Document
from index.embedding import Embedder, lead
from index.engine import Truth
from index.matching import Termed
from index.passages import Prepared
from index.progress import Progress
from index.sessions import available_cores
from index.terms import codes, terms

STAGE = "Embedding passages"
BATCH_PASSAGES = 512
"""Passages that are embedded before they are stored together: what an interruption can cost."""
AHEAD = 32
"""Passages that may be begun for each core, so that none idles while documents are short."""
CONTEXT_SHARE = 4
"""A document's context may take a quarter of the tokens that the model takes in."""


Ready = tuple[Document, list[Prepared]]
"""A document with its passages, cut and embedded."""


class Preparing(Protocol):
    """Cuts and embeds documents, in order: on this machine, as ``prepared`` does, or elsewhere."""

    def __call__(self, documents: Iterable[Document], embedder: Embedder) -> Iterator[Ready]:
        """Each document with its passages; their vectors are the embedder's."""


def prepared(documents: Iterable[Document], embedder: Embedder) -> Generator[Ready, None, None]:
    """Cut and embed documents, in order: passages on all cores, documents some passages ahead."""
    cores = available_cores()
    pool = ThreadPoolExecutor(cores, thread_name_prefix="embed")
    begun: deque[tuple[Document, list[Future[Prepared]]]] = deque()
    try:
        for document in documents:
            begun.append((document, [pool.submit(work) for work in _works(document, embedder)]))
            while sum(len(passages) for _, passages in begun) > AHEAD * cores:
                yield _done(*begun.popleft())
        while begun:
            yield _done(*begun.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def prepare(document: Document, embedder: Embedder) -> Iterator[Prepared]:
    """Cut and embed one document."""
    return (work() for work in _works(document, embedder))


def ingest(
    store: Truth,
    documents: Sequence[Document],
    embedder: Embedder,
    progress: Progress,
    preparing: Preparing = prepared,
) -> None:
    """Store new documents with their passages, batch by batch; each batch is durable, whole or not at all."""
    for batch in batches(reported(preparing(documents, embedder), progress, total=len(documents))):
        with store.transaction():
            for document, passages in batch:
                store.add_document(document)
                store.add_passages(document.id, passages)
    progress(STAGE, len(documents), len(documents))


def batches(ready: Iterable[Ready]) -> Iterator[list[Ready]]:
    """Documents together that have ``BATCH_PASSAGES`` passages or little more, the last ones maybe fewer."""
    batch: list[Ready] = []
    size = 0
    for document, passages in ready:
        batch.append((document, passages))
        size += len(passages)
        if size >= BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def reported(ready: Iterable[Ready], progress: Progress, *, done: int = 0, total: int) -> Iterator[Ready]:
    """What is ready, each reported once it was dealt with, save the last; ``done`` of the ``total`` come before."""
    progress(STAGE, done, total)
    for count, one in enumerate(ready, start=done + 1):
        yield one
        if count < total:
            progress(STAGE, count, total)


def _done(document: Document, passages: Iterable[Future[Prepared]]) -> Ready:
    return document, [passage.result() for passage in passages]


def _works(document: Document, embedder: Embedder) -> Iterator[Callable[[], Prepared]]:
    """What is to be done for each passage of the document."""
    context = fitting(document.context, embedder)
    room = embedder.max_tokens - len(embedder.token_spans(lead(context)))
    for passage in cut(document.text, embedder.token_spans, max_tokens=room):
        yield partial(_embedded, document.text, passage, context, embedder)


def _embedded(text: str, passage: Cut, context: str, embedder: Embedder) -> Prepared:
    inside = [sentence.within(passage.span) for sentence in passage.sentences]
    vectors = embedder.embed_passage(passage.span.of(text), inside, context=context)
    parts = [codes(terms(part)) for part in (context, *(sentence.of(text) for sentence in passage.sentences))]
    termed = Termed(np.array([code for part in parts for code in part], dtype=np.uint32), tuple(map(len, parts)))
    return Prepared(passage.sentences, termed, vectors)


def fitting(context: str, embedder: Embedder) -> str:
    """``context`` cut at its end to a share of what the model takes in, so that the passage has room."""
    tokens = embedder.token_spans(context)
    limit = embedder.max_tokens // CONTEXT_SHARE
    if len(tokens) <= limit:
        return context
    return context[: tokens[limit - 1, 1]] if limit else ""
