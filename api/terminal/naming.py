"""Documents by what they are called: their id, or a title or file that is one's alone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

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
    """What a document is called, its id, and the file or whatever else it came from."""

    title: str
    document_id: str
    source: str

    def is_(self, wanted: str) -> bool:
        """Whether it is ``wanted``, in lower case: its id, its title, or its file with the folders or without."""
        source = self.source.casefold()
        return wanted in (self.document_id, self.title.casefold(), source, PurePath(source).name)

    def holds(self, wanted: str) -> bool:
        """Whether its title or its source does."""
        return wanted in self.title.casefold() or wanted in self.source.casefold()


def named(names: Sequence[Name], name: str, *, whole: bool = False, remedy: str = LISTED) -> Name:
    """The document of that id, title or file, or unless ``whole`` the only one with ``name`` in title or source.

    Raises:
        NotUnderstood: none is, or several are; ``remedy`` says where to find what there is.
    """
    wanted = name.casefold()
    exact = [one for one in names if one.is_(wanted)]
    part = [one for one in names if wanted and one.holds(wanted)]
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
