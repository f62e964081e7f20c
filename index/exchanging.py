"""Documents in the place of others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from index.documents import Document
from index.embedding import Embedder
from index.engine import Truth
from index.ingesting import STAGE, Preparing, Ready, prepared
from index.metadata import Metadata
from index.progress import Progress
from index.recalling import Recalling


@dataclass(frozen=True, slots=True)
class Added:
    """What was done: the documents that are new, and those whose text was there already.

    ``updated`` are those whose text was there, and that now have another title, source or context.
    """

    new: tuple[Document, ...]
    unchanged: tuple[Document, ...]
    updated: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of each document: ``removed`` are ids.

    ``updated`` keep their text and get another title, say; those ``recut`` among them get another context too,
    which is part of their passages.
    """

    removed: tuple[str, ...]
    new: tuple[Document, ...]
    updated: tuple[Document, ...]
    recut: tuple[Document, ...]
    unchanged: tuple[Document, ...]

    @classmethod
    def of(cls, store: Truth, document_ids: Iterable[str], documents: Iterable[Document]) -> "Change":
        """What it means for the store to put ``documents``, each once, in the place of ``document_ids``."""
        replaced = dict.fromkeys(document_ids)
        new: list[Document] = []
        updated: list[Document] = []
        recut: list[Document] = []
        unchanged: list[Document] = []
        wanted = list(documents)
        there = store.has_documents([document.id for document in wanted])
        held = store.documents([document.id for document in wanted if document.id in replaced])
        for document in wanted:
            before = held.get(document.id)
            if before is None:
                (unchanged if document.id in there else new).append(document)
            elif before == document:
                unchanged.append(document)
            else:
                updated.append(document)
                recut += [document] if before.context != document.context else []
            replaced.pop(document.id, None)
        return cls(tuple(replaced), tuple(new), tuple(updated), tuple(recut), tuple(unchanged))


def exchange(
    store: Truth,
    change: Change,
    embedder: Embedder,
    progress: Progress,
    *,
    preparing: Preparing = prepared,
    beside: Callable[[], None] | None = None,
) -> None:
    """Make the change in one transaction.

    ``preparing`` embeds where nothing of it can have been embedded before. ``beside`` writes what belongs to it;
    where there is neither, there is no transaction.
    """
    if not (change.removed or change.new or change.updated or beside):
        return
    replaced = [*change.removed, *(document.id for document in change.recut)]
    wanted = [*change.new, *change.recut]
    making = preparing(wanted, embedder) if not replaced else prepared(wanted, Recalling(embedder, store, replaced))
    cut: list[Ready] = []
    progress(STAGE, 0, len(wanted))
    for done, one in enumerate(making, start=1):
        cut.append(one)
        progress(STAGE, done, len(wanted))
    with store.transaction():
        _write(store, change, cut)
        if beside:
            beside()


def described(store: Truth, documents: Iterable[Document], metadata: Metadata) -> list[str]:
    """Say ``metadata`` of stored documents, beside what is said of them; the ids of those that it changed.

    Raises:
        BadMetadata: one would have too many names.
    """
    pairs = [(one, replace(one, metadata=one.metadata | metadata)) for one in documents]
    changed = [told for before, told in pairs if told != before]
    if changed:
        with store.transaction():
            for document in changed:
                store.update_document(document)
    return [document.id for document in changed]


def _write(store: Truth, change: Change, cut: Iterable[Ready]) -> None:
    for document_id in change.removed:
        store.remove_document(document_id)
    for document in change.updated:
        store.update_document(document)
    for document in change.recut:
        store.remove_passages_of(document.id)
    for document in change.new:
        store.add_document(document)
    for document, passages in cut:
        store.add_passages(document.id, passages)
