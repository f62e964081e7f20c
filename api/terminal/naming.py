"""Documents by what they are called: their id, or a title that one of them alone has."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.terminal.rendering import visible
from index.documents import ID_LENGTH
from index.errors import PinciteError

LISTED = "see 'pincite list'"
SHOWN = 3
"""How many of those that are called so an error names."""
_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")


class NotUnderstood(PinciteError):
    """What was asked for is not there, or is several things."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a document is called, and its id."""

    title: str
    document_id: str


def named(names: Sequence[Name], name: str, *, whole: bool = False, remedy: str = LISTED) -> Name:
    """The document of that id or title, or unless ``whole`` the only one whose title holds ``name``.

    Raises:
        NotUnderstood: none is, or several are; ``remedy`` says where to find what there is.
    """
    wanted = name.casefold()
    exact = [one for one in names if wanted in (one.document_id, one.title.casefold())]
    part = [one for one in names if wanted and wanted in one.title.casefold()]
    found = exact or ([] if whole else part)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotUnderstood(f"no document is called '{visible(name)}'", remedy=remedy)
    several = ", ".join(f"{visible(one.title)} ({one.document_id})" for one in found[:SHOWN])
    raise NotUnderstood(f"{len(found)} documents are called so: {several}", remedy="write more of it, or the id")


def ids_of(
    wanted: Sequence[str], names: Callable[[], Sequence[Name]], *, whole: bool = False, remedy: str = LISTED
) -> list[str]:
    """The ids of documents called so; ``names`` is asked only where one of ``wanted`` is no id already.

    Raises:
        NotUnderstood: as ``named`` does.
    """
    known = () if all(map(_ID.fullmatch, wanted)) else names()
    found = (
        one if _ID.fullmatch(one) else named(known, one, whole=whole, remedy=remedy).document_id for one in wanted
    )
    return list(dict.fromkeys(found))
