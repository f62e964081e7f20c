"""What a client sends to be stored: a text in JSON, or a file in a form."""

import dataclasses
import errno
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.bodies.documents import FormFields, NewDocument
from api.http.dependencies import Held
from api.http.errors import WrongContentType
from api.http.refusals import BadForm
from index.database import DiskFull
from index.documents import Document
from index.formats.extracted import UnreadableFile
from index.formats.reading import documents, printable, received, require_length
from index.library import Library
from index.metadata import Metadata

JSON, FORM = "application/json", "multipart/form-data"
FILE = "file"
MAX_FIELDS = 8
PIECE_BYTES = 1_000_000
MAX_TITLE_CHARACTERS = 80
"""Of a text without a title, its first line is the title, up to here."""
UNNAMED = "text"
"""Where a text comes from that says no more of it."""
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Received:
    """The documents that were sent, at least one, and what is to be known of how they were read."""

    documents: Sequence[Document]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentText:
    """A body of JSON."""

    raw: bytes

    def digest(self) -> str:
        """The SHA-256 of what was sent."""
        return hashlib.sha256(self.raw).hexdigest()

    def read(self, _: Library) -> Received:
        """Its document.

        Raises:
            RequestValidationError: it is no JSON, or not as described.
            UnusableText, TooLarge: the text cannot be stored.
        """
        body = _valid(NewDocument, self.raw)
        require_length(body.text)
        source = printable(body.source or UNNAMED)
        title = printable(body.title or _first_line(body.text))
        context = title if body.title else ""
        metadata = Metadata.of(body.metadata or {})
        return Received(
            [
                Document.from_text(
                    body.text, title=title, source=source, context=context, url=body.url, metadata=metadata
                )
            ]
        )


@dataclass(frozen=True, slots=True)
class SentFile:
    """A form with a file, which waits in a temporary one, and with fields."""

    file: UploadFile
    fields: Mapping[str, str]

    def digest(self) -> str:
        """The SHA-256 of what was sent: the form may be written in another way."""
        content = hashlib.sha256()
        self.file.file.seek(0)
        while piece := self.file.file.read(PIECE_BYTES):
            content.update(piece)
        self.file.file.seek(0)
        said = [content.hexdigest(), self.file.filename, dict(self.fields)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def read(self, library: Library) -> Received:
        """Its documents; those that ``library`` took from the same bytes before are not read again.

        Raises:
            RequestValidationError: a field is unknown, or not as described.
            UnreadableFile, UnusableText: the file cannot be read; the problem says why.
            BadForm: a title or an address was sent for a file of several documents.
        """
        fields = _valid(FormFields, self.fields)
        name = self.file.filename or ""
        file = received(name, self.file.file)
        known = library.taken_from(file.sha256, file.format.media_type)
        if known:
            return Received(_as_said([library.document(known)], fields))
        readings = list(documents(file, source=fields.source or printable(name) or file.path.name))
        if not readings:
            raise UnreadableFile(f"{file.path.name} holds no document", remedy="send one that does")
        notes = dict.fromkeys(note for reading in readings for note in reading.notes)
        return Received(_as_said([reading.document for reading in readings], fields), tuple(notes))


Upload = SentText | SentFile


async def _upload(request: Request, held: Held) -> Upload:
    """The body, all of it: in memory where it is JSON, in a temporary file where that is large."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == JSON:
        return SentText(await request.body())
    if media_type == FORM:
        form = await _form(request)
        held.push_async_callback(form.close)
        return _sent_file(form)
    raise WrongContentType(
        f"the body's content type is '{printable(media_type)}'", remedy=f"send a text as {JSON}, a file as {FORM}"
    )


Sent = Annotated[Upload, Depends(_upload)]


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=MAX_FIELDS)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise BadForm(
            f"the form cannot be read ({str(error.detail).rstrip('.')})", remedy="send one file in the field 'file'"
        ) from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise DiskFull(
            "there is no room to keep the file until it is read", remedy="free space on the disk"
        ) from None


def _sent_file(form: FormData) -> SentFile:
    file = form.get(FILE)
    if not isinstance(file, UploadFile):
        raise BadForm("the form has no file in its field 'file'", remedy="send one, with its name")
    return SentFile(file, {name: value for name, value in form.items() if isinstance(value, str)})


def _as_said(found: Sequence[Document], fields: FormFields) -> Sequence[Document]:
    """The documents with what the client says of them."""
    said = Metadata.of(fields.metadata or {})
    found = [dataclasses.replace(one, metadata=one.metadata | said) for one in found]
    if not fields.title and not fields.url:
        return found
    if len(found) > 1:
        raise BadForm(
            f"the file holds {len(found)} documents, and one title or address cannot be that of all",
            remedy="leave them out, or send the documents one by one",
        )
    document = found[0]
    title = printable(fields.title) if fields.title else document.title
    context = title if fields.title else document.context
    return [dataclasses.replace(document, title=title, context=context, url=fields.url or document.url)]


def _first_line(text: str) -> str:
    line = " ".join(text.lstrip()[: 2 * MAX_TITLE_CHARACTERS].split("\n")[0].split())
    return line if len(line) <= MAX_TITLE_CHARACTERS else f"{line[:MAX_TITLE_CHARACTERS].rstrip()}…"


def _valid(kind: type[Model], given: bytes | Mapping[str, str]) -> Model:
    try:
        return kind.model_validate_json(given) if isinstance(given, bytes) else kind.model_validate(given)
    except ValidationError as error:
        places = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        if not isinstance(given, bytes):  # of a form, a field may be bad JSON, and the body is none at all
            places = [{**one, "type": "value_error"} for one in places]
        raise RequestValidationError(places) from None
