"""What is said of a document beside its text: a flat mapping of names to strings, numbers, booleans and dates."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from index.dates import moments
from index.errors import PinciteError

Value = str | int | float | bool
"""A date is a string in ISO 8601 (see ``index.dates``): it is kept as it is written, and compared as a time."""

MAX_NAMES, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS = 64, 64, 1000
MAX_NUMBER = 2**53
"""Greater numbers are not exact everywhere that JSON is read."""
_NAME = re.compile(r"\w(?:[\w .:/-]*\w)?")
_INSTEAD = "leave it out, or give a string, a number, true or false"


class BadMetadata(PinciteError):
    """What is said of a document is not a flat mapping of names to strings, numbers, booleans and dates."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Names and values, by name; strings are in NFC. Make one with ``of`` or ``stated``."""

    pairs: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Metadata":
        """Check what somebody gave.

        Raises:
            BadMetadata: there are too many names, one is reserved or too long, or a value is nested, too long or
                no plain text, or a number that is not finite or above 2**53.
        """
        if len(given) > MAX_NAMES:
            raise BadMetadata(f"the metadata has {len(given)} names", remedy=f"give at most {MAX_NAMES}")
        pairs = {checked_name(name): checked_value(name, value) for name, value in given.items()}
        return cls(tuple(sorted(pairs.items())))

    @classmethod
    def stated(cls, found: Mapping[str, object]) -> "Metadata":
        """What a file says of itself: strings are put on one line and cut where they are too long.

        What is empty or cannot be kept is left out, and so is what is beyond the most that there can be.
        """
        pairs: dict[str, Value] = {}
        for name, value in found.items():
            said = _cleaned(value) if isinstance(value, str) else value
            try:
                if said != "" and len(pairs) < MAX_NAMES:
                    pairs[checked_name(name)] = checked_value(name, said)
            except BadMetadata:
                continue
        return cls.of(pairs)

    def __or__(self, other: "Metadata") -> "Metadata":
        """Both together; where both have a name, the value of ``other``."""
        return Metadata.of({**self.mapping(), **other.mapping()})

    @classmethod
    def restored(cls, record: str) -> "Metadata":
        """What ``record`` was made of."""
        return cls(tuple((name, value) for name, _, value, _, _ in json.loads(record)))

    @classmethod
    def sound(cls, record: str) -> bool:
        """Whether ``record`` is one that can have been made."""
        try:
            return cls.of(cls.restored(record).mapping()).record == record
        except (ValueError, TypeError, BadMetadata):
            return False

    @property
    def record(self) -> str:
        """JSON as the store keeps it: name, kind and value, and of a date its first and last microsecond."""
        rows = []
        for name, value in self.pairs:
            time = moments(value) if isinstance(value, str) else None
            rows.append((name, kind(value), value, time and time.first, time and time.last))
        return json.dumps(rows)

    def mapping(self) -> dict[str, Value]:
        """A new dictionary of the same."""
        return dict(self.pairs)


NOTHING = Metadata()


def kind(value: Value) -> str:
    """The kind of a value: those of different kinds are never equal, not even 1 and true."""
    return "text" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"


def checked_name(name: str) -> str:
    """``name`` in NFC, if it can be a name of metadata.

    Raises:
        BadMetadata: it cannot; names that begin with '$', say, are reserved.
    """
    normal = unicodedata.normalize("NFC", name)
    if len(normal) > MAX_NAME_CHARACTERS or not _NAME.fullmatch(normal):
        raise BadMetadata(
            f"'{_shown(name)}' cannot be a name of metadata",
            remedy=f"write at most {MAX_NAME_CHARACTERS} letters, digits and underscores, and only between them "
            "spaces, hyphens, dots, colons and slashes",
        )
    return normal


def checked_value(name: str, value: object) -> Value:
    """``value``, a string in NFC, if it can be one of metadata; raises BadMetadata where it cannot."""
    if isinstance(value, str):
        return _checked_text(name, value)
    if isinstance(value, bool):
        return value
    if not isinstance(value, int | float):
        what = "nothing" if value is None else "an object" if isinstance(value, Mapping) else "a list"
        raise BadMetadata(f"the metadata '{_shown(name)}' is {what}, and metadata is flat", remedy=_INSTEAD)
    if not abs(value) <= MAX_NUMBER:  # nor is what is no number at all
        raise BadMetadata(
            f"the metadata '{_shown(name)}' is a number that is not finite or above 2^53", remedy="give a string"
        )
    return value


def _checked_text(name: str, value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if len(text) > MAX_VALUE_CHARACTERS:
        raise BadMetadata(
            f"the metadata '{_shown(name)}' has {len(text):,} characters",
            remedy=f"give at most {MAX_VALUE_CHARACTERS:,}; what is to be found belongs into the text",
        )
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise BadMetadata(
            f"the metadata '{_shown(name)}' holds a control character or half of one", remedy="leave it out"
        )
    return text


def _cleaned(text: str) -> str:
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:MAX_VALUE_CHARACTERS].strip()


def _shown(name: str) -> str:
    """A name as it can be said in an error."""
    return _cleaned(name)[:MAX_NAME_CHARACTERS]
