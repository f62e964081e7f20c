"""What one transaction is to write."""

from dataclasses import dataclass, field

from index.documents import Document
from index.passages import Prepared


@dataclass(slots=True)
class Changes:
    """``documents`` by id, None where one goes; ``passages`` of those that get other ones; ``strings`` by name,
    each with its kind.

    A document without an entry in ``passages`` keeps those that it has.
    """

    documents: dict[str, Document | None] = field(default_factory=dict)
    passages: dict[str, list[Prepared]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    strings: dict[str, tuple[str, str] | None] = field(default_factory=dict)
