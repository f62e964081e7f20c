"""Entity tags: what a client has already, or believes to be there (RFC 9110, section 13)."""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import Header
from pydantic import WithJsonSchema

from api.bodies.documents import DocumentBody
from api.http.refusals import PreconditionFailed

ANY = "*"
_LINE = WithJsonSchema({"type": "string"})  # however many lines it stands on: nobody sends a header as a list
Known = Annotated[
    list[str] | None, Header(alias="If-None-Match", description="The ETag of what is known already."), _LINE
]
Meant = Annotated[
    list[str] | None, Header(alias="If-Match", description="The ETag that it must have, or *."), _LINE
]
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def text_tag(sha256: str) -> str:
    """The entity tag of a document's text: its SHA-256."""
    return f'"{sha256}"'


def document_tag(body: DocumentBody) -> str:
    """The entity tag of a document without its text: it changes with the title, too."""
    return f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()}"'


def is_known(lines: Known, tag: str) -> bool:
    """Whether ``If-None-Match`` says that the client has that already; a weak tag is as good as a strong one."""
    return _given(lines) == [ANY] or is_named(lines, tag)


def is_named(lines: Known, tag: str) -> bool:
    """The same where ``*`` names nothing: there may be nothing that it could mean."""
    return tag.removeprefix("W/") in {one.removeprefix("W/") for one in _given(lines) or ()}


def require_match(lines: Meant, body: DocumentBody) -> None:
    """Let a request pass whose ``If-Match`` names the document, by its own tag or its text's, or that has none.

    Raises:
        PreconditionFailed: it names others; a weak tag never matches.
    """
    given = _given(lines)
    own = {document_tag(body), text_tag(body.sha256)}
    if given is not None and given != [ANY] and own.isdisjoint(given):
        raise PreconditionFailed(
            f"If-Match does not name the document '{body.id}' as it is now",
            remedy="get it again, and send its ETag",
        )


def _given(lines: Sequence[str] | None) -> list[str] | None:
    """The tags in a header's lines, None where there is no such header."""
    value = ",".join(lines or ()).strip()
    return None if lines is None else [ANY] if value == ANY else _TAG.findall(value)
