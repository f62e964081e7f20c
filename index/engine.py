"""What a library is kept in and found by: the one seam between Pincite and an engine."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from index.documents import Document, Summary
from index.embedding import Embedder
from index.errors import PinciteError
from index.filters import Scope
from index.origins import Traces
from index.passages import Neighbours, Prepared, Stored
from index.receipts import Receipt


class EngineFailed(PinciteError):
    """The engine has not done what it was asked; asked again, it may."""


class EngineUnavailable(EngineFailed):
    """The engine cannot be reached, or does not answer in time."""


class EngineRefused(EngineFailed):
    """The engine answers, and does not do what it was asked."""


class EngineChanged(EngineFailed):
    """What a question was being answered from was removed meanwhile."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was removed while the question was being answered", remedy="ask again")


class Truth(Protocol):
    """Documents and their passages, as they were acknowledged; any number of threads read, one writes at a time."""

    @property
    def generation(self) -> int:
        """A number that is greater after every change."""

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside happen together, are durable at its end, and raise the generation; or none does."""

    def meta(self, key: str) -> str | None:
        """The value kept under ``key``."""

    def set_meta(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""

    def add_document(self, document: Document) -> None:
        """Store a document that is not there yet."""

    def update_document(self, document: Document) -> None:
        """Store what is known of a document anew, where its text is there already."""

    def add_passages(self, document_id: str, passages: Sequence[Prepared]) -> None:
        """Store a document's passages, in order."""

    def remove_document(self, document_id: str) -> None:
        """Remove a document with its passages, if there is one."""

    def remove_passages_of(self, document_id: str) -> None:
        """Remove a document's passages and keep the document."""

    def has_documents(self, document_ids: Sequence[str]) -> set[str]:
        """Which of these documents are there."""

    def document(self, document_id: str) -> Document | None:
        """The document with that id."""

    def documents(self, document_ids: Sequence[str]) -> Mapping[str, Document]:
        """Those of the documents that are there."""

    def sources(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """What those of the documents that are there say that they come from."""

    def summary(self, document_id: str) -> Summary | None:
        """The document with that id, without its text."""

    def summaries(self, *, after: int = 0, limit: int = -1) -> list[Summary]:
        """Documents in the order in which they were added, from the one behind position ``after``."""

    def taken_from(self, original_sha256: str, media_type: str) -> str | None:
        """The id of the document that was taken from these bytes as that type."""

    def passages_of(self, document_id: str) -> Iterator[Stored]:
        """The passages of a document, in order."""

    def passage_count(self) -> int:
        """How many passages there are."""

    def document_count(self) -> int:
        """How many documents there are."""


class Search(Protocol):
    """What one question is answered from; ``version`` names its generation and its model."""

    @property
    def version(self) -> str:
        """Generation and model."""

    @property
    def embedder(self) -> Embedder:
        """Whose vectors are searched."""

    def nearest(self, question: str, *, depth: int, least: int, scope: Scope) -> Neighbours:
        """About ``depth`` passages by meaning and as many by words, each with all signals, exactly.

        Only passages of the scope are looked at; there are at least ``least`` of them in the result, if it has so
        many. How rare a word is, is a matter of the whole library.
        """


class Quotations(Protocol):
    """Which documents hold given words, character for character."""

    def named(self, name: str) -> list[str]:
        """The ids of the newest documents with that title or source, newest first."""

    def holding(self, words: str, *, among: Sequence[str] | None = None) -> Iterator[str]:
        """The ids of the documents in whose text ``words`` stand, in the order in which they were added.

        ``among`` leaves all other documents out.
        """


class Receipts(Protocol):
    """The receipts of the last day, by the names of their requests; no question is answered from them."""

    def find(self, name: str) -> Receipt | None:
        """The receipt of the request of that name, None where there is none any more."""

    def keep(self, name: str, receipt: Receipt) -> None:
        """Keep it, and no other for longer than is due."""


class Engine(Protocol):
    """Keeps a library and searches it: FAISS and SQLite in a folder (``index.local``), or another.

    What a write has acknowledged is seen by every later read, also another process's as soon as the engine says so.
    """

    @property
    def store(self) -> Truth:
        """What is kept."""

    @property
    def traces(self) -> Traces:
        """Which files held which documents."""

    @property
    def receipts(self) -> Receipts:
        """What became of requests that name themselves."""

    @property
    def quotations(self) -> Quotations:
        """Which documents hold given words."""

    @property
    def version(self) -> str:
        """Generation and model of what questions are answered from now."""

    def reading(self) -> AbstractContextManager[Search]:
        """What to search in; reads of the store inside are of the same state."""

    def still(self) -> AbstractContextManager[None]:
        """All that this thread reads inside is of one state."""

    def writing(self) -> AbstractContextManager[Embedder]:
        """A writer's turn and the embedder to write with; at its end, what was written is searched."""

    def abandon(self) -> None:
        """Let go of what an interrupted embedding anew has left: it may know what the library no longer holds."""

    def checkpoint(self) -> None:
        """Bring what makes the next start or search fast up to date with what is kept."""

    def close(self) -> None:
        """Let go of everything."""
