"""Which documents hold given words, character for character."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from index.reading import reading

NEWEST = 100
"""Documents of one title that are looked at: the newest, for an edited document is added after the old one."""


class Quotations:
    """Reads the stored texts one after the other, inside SQLite: only ids come out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def named(self, name: str) -> list[str]:
        """The ids of the newest documents with that title or source, newest first."""
        query = "SELECT id FROM documents WHERE title = ?1 OR source = ?1 ORDER BY position DESC LIMIT ?2"
        with reading(self._path) as connection:
            return [str(row[0]) for row in connection.execute(query, (name, NEWEST))]

    def holding(self, words: str, *, among: Sequence[str] | None = None) -> Iterator[str]:
        """The ids of the documents in whose text ``words`` stand, in the order in which they were added.

        ``among`` leaves all other documents out. Bytes are compared: SQL's text ends at a null character.
        """
        query = "SELECT id FROM documents WHERE instr(CAST(text AS BLOB), ?)"
        if among is not None:
            query += f" AND id IN ({','.join('?' * len(among))})"
        with reading(self._path) as connection:
            for row in connection.execute(f"{query} ORDER BY position", (words.encode(), *(among or ()))):
                yield str(row[0])
