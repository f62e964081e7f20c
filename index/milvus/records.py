"""A document, its passages and its place in the library as rows of Milvus' collections, and back."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.columns import Columns
from index.columns import Row as Bytes
from index.documents import Document, Page, Summary, UnusableText
from index.matching import Termed
from index.metadata import BadMetadata, Metadata
from index.milvus.calls import Row
from index.milvus.expressions import hashed, said
from index.milvus.schema import MOST_VECTORS, NOTHING, TEXT_BYTES
from index.milvus.segments import encoded
from index.passages import Passage, Prepared, Stored
from index.spans import Span

BODY_BYTES = 60_000
"""The most that Milvus keeps as JSON, less a little."""
SIGNALS = ("sentences", "lengths", "terms", "vectors")
DOCUMENT, REMOVED, GONE, DRAFT = "document", "removed", "gone", "draft"
"""Kinds of rows: a document; a place where one was; an edition that is no more, or not yet."""


class TooMuchSaid(BadMetadata):
    """More is said of a document than the engine keeps."""


class TooDense(UnusableText):
    """A passage has more words or sentences than the engine keeps."""


@dataclass(frozen=True, slots=True)
class Place:
    """A document in the library: the ``edition`` under which its rows stand, and its ``summary``."""

    edition: str
    summary: Summary

    @property
    def passages(self) -> list[str]:
        """The keys of its passages."""
        return passage_keys(self.edition, self.summary.passages)


def holders(document_id: str) -> str:
    """The name under which stands which files held a document."""
    return f"held:{document_id}"


def passage_keys(edition: str, count: int) -> list[str]:
    """The keys of an edition's passages, in order."""
    return [f"{edition}-{number:06d}" for number in range(count)]


def place_row(place: Place) -> Row:
    """The row of a document that is there.

    Raises:
        TooMuchSaid: title, source and metadata are too long together.
    """
    one = place.summary
    body = {
        "title": one.title,
        "source": one.source,
        "sha256": one.sha256,
        "length": one.length,
        "passages": one.passages,
        "media_type": one.media_type,
        "original_sha256": one.original_sha256,
        "metadata": one.metadata.record,
    }
    if len(encoded(body).encode()) > BODY_BYTES:
        raise TooMuchSaid(
            f"title, source and metadata of document {one.id} are above {BODY_BYTES} bytes, the engine's most",
            remedy="leave some of the metadata out",
        )
    return {
        **marker(one.id, DOCUMENT, place.edition, one.position),
        "title": hashed(one.title),
        "source": hashed(one.source),
        "original": one.original_sha256 or "",
        "body": body,
    }


def marker(key: str, kind: str, edition: str, position: int, body: object = None) -> Row:
    """A row of ``documents`` that says nothing of a document's own."""
    empty = {"title": "", "source": "", "original": ""}
    own = {"key": key, "kind": kind, "edition": edition, "position": position}
    return {**own, **empty, "body": body or {}, "nothing": NOTHING}


def place_of(row: Row) -> Place | None:
    """The document that a row says is there; None where it says that one was."""
    if row["kind"] != DOCUMENT:
        return None
    body = body_of(row)
    return Place(
        str(row["edition"]),
        Summary(
            str(row["key"]),
            body["title"],
            body["source"],
            body["sha256"],
            body["length"],
            body["passages"],
            int(row["position"]),
            body["media_type"],
            body["original_sha256"],
            Metadata.restored(body["metadata"]),
        ),
    )


def text_of(document: Document) -> str:
    """What of a document is kept in segments: all that is not in its summary."""
    pages = [(page.number, page.label, page.span.start, page.span.end) for page in document.pages]
    record = {"text": document.text, "context": document.context, "url": document.url, "pages": pages}
    return encoded(record)


def document_of(place: Place, text: str) -> Document:
    """The document of a place and of what ``text_of`` made."""
    record, one = json.loads(text), place.summary
    return Document(
        one.id,
        one.title,
        one.source,
        record["text"],
        one.sha256,
        record["context"],
        one.media_type,
        one.original_sha256,
        record["url"],
        tuple(Page(number, label, Span(start, end)) for number, label, start, end in record["pages"]),
        one.metadata,
    )


def passage_rows(document: Document, edition: str, passages: Sequence[Prepared]) -> list[Row]:
    """The rows of all passages of an edition; raises as ``passage_row`` does."""
    keys = passage_keys(edition, len(passages))
    return [passage_row(key, document, edition, one) for key, one in zip(keys, passages, strict=True)]


def passage_row(key: str, document: Document, edition: str, one: Prepared) -> Row:
    """The row of a passage; vectors are kept in half precision, as the folder's engine keeps them.

    Raises:
        TooDense: it has more words or sentences than a row takes.
    """
    halves = one.vectors.astype("<f2")
    terms = _text(one.termed.codes.astype("<u4").tobytes())
    if len(terms) > TEXT_BYTES or len(halves) > MOST_VECTORS:
        raise TooDense(
            f"{len(one.termed.codes)} words and {len(one.sentences)} sentences stand together in document "
            f"{document.id} from character {one.sentences[0].start} on, more than the engine keeps",
            remedy="see whether that is text at all",
        )
    return {
        "key": key,
        "document_id": document.id,
        "edition": edition,
        "said": said(document.metadata),
        "vector": halves[0].astype(np.float32),
        "sentences": _text(np.array([(s.start, s.end) for s in one.sentences], dtype="<i4").tobytes()),
        "lengths": _text(np.array(one.termed.lengths, dtype="<i4").tobytes()),
        "terms": terms,
        "vectors": [_text(row.tobytes()) for row in halves],
        "words": _words(one.termed.codes.tolist()),
    }


def _words(codes: Sequence[int]) -> str:
    """Terms as the engine's own search reads them; a passage of endlessly many is proposed by the first ones."""
    text = " ".join(map(str, codes))
    return text if len(text) <= TEXT_BYTES else text[:TEXT_BYTES].rpartition(" ")[0]


def columns_of(rows: Sequence[Row]) -> Columns:
    """The passages of those rows, numbered from 1; raises ValueError where one is not what was stored."""
    return Columns.of([_bytes(number, row) for number, row in enumerate(rows, start=1)])


def stored_of(number: int, row: Row) -> Stored:
    """A passage with what was stored of it."""
    _, document_id, sentences, lengths, terms, vectors = _bytes(number, row)
    bounds = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
    spans = tuple(Span(start, end) for start, end in bounds)
    termed = Termed(np.frombuffer(terms, dtype="<u4"), tuple(np.frombuffer(lengths, dtype="<i4").tolist()))
    halves = np.frombuffer(vectors, dtype="<f2").reshape(1 + len(spans), -1).astype(np.float32)
    return Stored(Passage(number, document_id, Span(spans[0].start, spans[-1].end), spans), termed, halves)


def codes_of(row: Row) -> list[int]:
    """The codes of a passage's terms."""
    codes: list[int] = np.frombuffer(base64.b64decode(str(row["terms"])), dtype="<u4").tolist()
    return codes


def placed(document: Document, edition: str, passages: int, position: int) -> Place:
    """The place of a document, of so many passages."""
    return Place(
        edition,
        Summary(
            document.id,
            document.title,
            document.source,
            document.sha256,
            len(document.text),
            passages,
            position,
            document.media_type,
            document.original_sha256,
            document.metadata,
        ),
    )


def _bytes(number: int, row: Row) -> Bytes:
    sentences, lengths, terms = (base64.b64decode(str(row[name])) for name in SIGNALS[:3])
    vectors = b"".join(base64.b64decode(one) for one in row["vectors"])
    return number, str(row["document_id"]), sentences, lengths, terms, vectors


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def body_of(row: Row) -> dict[str, Any]:
    """The JSON of a row, which some versions return as text."""
    body = row["body"]
    found: dict[str, Any] = json.loads(body) if isinstance(body, str | bytes) else body
    return found
