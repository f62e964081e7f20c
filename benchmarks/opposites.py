"""The pairs of opposites that ``qa.opposites`` knows: ``python -m benchmarks.opposites /usr/share/wordnet``.

They are the antonyms among the single words of WordNet 3.0, whose four data files Debian's package wordnet-base
brings, and the pairs by which the reader's training makes questions that nothing answers: WordNet has no
comparatives. The form of its files is that of the manual page wndb(5WN): a line a set of synonyms, with the words
that are in it and pointers to other sets.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.reader.unanswerable import OPPOSITES
from qa import opposites

FILES = {"n": "data.noun", "v": "data.verb", "a": "data.adj", "r": "data.adv"}
ANTONYM = "!"
SINGLE = re.compile(r"[a-z]+")
HEAD = """\
# Words and their opposites, a pair a line: the antonyms among the single words of WordNet 3.0, and a few more.
# Written by 'python -m benchmarks.opposites'; what follows is WordNet's licence.
"""


class Pointer(NamedTuple):
    """Of a set of synonyms to another one's word: both words counted from 1, 0 where all are meant."""

    kind: str
    part: str
    place: str
    of: int
    to: int


class Synonyms(NamedTuple):
    """A line of a data file."""

    words: list[str]
    pointers: list[Pointer]


def main() -> None:
    """Write ``qa/opposites.txt`` from the folder with WordNet's data files."""
    folder = Path(sys.argv[1])
    target = Path(opposites.__file__).with_suffix(".txt")
    more = {(min(pair), max(pair)) for pair in OPPOSITES}
    pairs = [f"{one} {other}\n" for one, other in sorted(more.union(antonyms(folder)))]
    target.write_text(HEAD + "".join(_licence(folder)) + "".join(pairs), encoding="utf-8")
    print(f"{target}: {len(pairs)} pairs")


def antonyms(folder: Path) -> list[tuple[str, str]]:
    """The pairs, each once and in the order of the alphabet."""
    sets = {(part, place): one for part, name in FILES.items() for place, one in _read(folder / name)}
    found = set()
    for own in sets.values():
        for pointer in own.pointers:
            other = sets.get((pointer.part, pointer.place))
            if pointer.kind == ANTONYM and other and pointer.of and pointer.to:
                pair = sorted((own.words[pointer.of - 1], other.words[pointer.to - 1]))
                if all(SINGLE.fullmatch(word) for word in pair) and pair[0] < pair[1]:
                    found.add((pair[0], pair[1]))
    return sorted(found)


def _read(file: Path) -> Iterator[tuple[str, Synonyms]]:
    """Each set's place, by which others point to it."""
    for line in _lines(file):
        if not line.startswith("  "):
            yield _synonyms(line.partition(" | ")[0].split())


def _synonyms(fields: list[str]) -> tuple[str, Synonyms]:
    place, count = fields[0], int(fields[3], 16)
    words = [re.sub(r"\(.*\)", "", word).lower() for word in fields[4 : 4 + 2 * count : 2]]
    first = 5 + 2 * count
    pointers = []
    for at in range(first, first + 4 * int(fields[first - 1]), 4):
        kind, to, part, ends = fields[at : at + 4]
        pointers.append(Pointer(kind, "a" if part == "s" else part, to, int(ends[:2], 16), int(ends[2:], 16)))
    return place, Synonyms(words, pointers)


def _licence(folder: Path) -> Iterator[str]:
    """The licence at the head of each data file, as comments."""
    for line in _lines(folder / FILES["a"]):
        if line.startswith("  "):
            yield re.sub(r"^  \d+", "#", line).rstrip() + "\n"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    main()
