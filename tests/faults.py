"""Kills a process that writes to a library, at any moment, and compares what is left with what it acknowledged.

``python tests/faults.py --rounds 200 --seed 7`` prints figures, and fails at the first difference.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from index.checking import check
from index.documents import Document
from index.library import Library, UnknownDocument
from index.reindexing import reindex
from index.snapshot import Derived
from index.terms import codes, terms
from kept_in import folder_of
from qa.answering import Answerer
from word_embedder import WordEmbedder

WORDS = ("storm", "mast", "crew", "harbour", "rain", "north", "letter", "night")
KINDS = {"add": 8, "replace": 5, "remove": 5, "checkpoint": 2, "reopen": 2, "reindex": 1}
LEAST, MOST = 3, 30
"""Documents: below the one nothing is removed, above the other nothing is added."""
ALL = 10 * MOST
RECENT = 30
"""Documents that are asked for although they are gone: the newest. No index file may hold a word of any."""
LINES = 16
"""A process is killed before its journal has more than that many lines, two for each change."""
EARLY, LATE = 0.2, 1.2
"""How far into a change, in mean changes: in the store's transaction, most often, or anywhere."""


def embedder() -> WordEmbedder:
    return WordEmbedder(*WORDS, max_tokens=12)


def word(number: int) -> str:
    """A word that stands in that document and nowhere else."""
    return "quark" + "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "x"


def made(number: int) -> Document:
    """The document of that number: a few sentences, always the same ones."""
    chosen = random.Random(number)
    lines = [
        f"The {' '.join(chosen.choices(WORDS, k=4))} of {word(number)} came{' again' * chosen.randrange(3)}."
        for _ in range(chosen.randint(1, 5))
    ]
    return Document.from_text(" ".join(lines), title=f"title {number}", source="faults")


@dataclass
class History:
    """What a process has said in its journal: its intention before each change, its acknowledgement after."""

    held: set[int]
    pending: tuple[set[int], set[int]] | None = None
    acknowledged: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, journal: Path, held: set[int]) -> "History":
        history = cls(set(held))
        lines = journal.read_text(encoding="ascii").splitlines() if journal.exists() else []
        for line in lines:
            said = json.loads(line)
            if "done" in said:
                assert history.pending is not None
                history.held = history.pending[1]
                history.pending = None
                history.acknowledged[said["done"]] += 1
            else:
                after = history.held - set(said["gone"]) | set(said["new"])
                history.pending = (history.held, after)
        return history

    def allowed(self) -> list[set[int]]:
        """What may be in the library: a change that was not acknowledged has happened whole, or not at all."""
        return list(self.pending) if self.pending else [self.held]


def work(folder: str, journal: str, seed: int, first: int, held: list[int]) -> None:
    """Change the library at random until somebody kills this process; new documents are numbered from ``first``."""
    chosen = random.Random(seed)
    inside, number = list(held), first
    with open(journal, "ab", buffering=0) as lines:  # noqa: PTH123 - a page cache outlives a killed process
        library = Library.local(Path(folder), embedder())
        while True:
            kind = chosen.choices(list(KINDS), list(KINDS.values()))[0]
            if len(inside) <= LEAST if kind in {"replace", "remove"} else kind == "add" and len(inside) > MOST:
                continue
            gone = chosen.sample(inside, chosen.randint(1, 2)) if kind in {"replace", "remove"} else []
            new = list(range(number, number + chosen.randint(1, 3))) if kind in {"add", "replace"} else []
            number += len(new)
            lines.write(json.dumps({"begun": kind, "gone": gone, "new": new}).encode() + b"\n")
            library = changed(library, kind, gone, new)
            lines.write(json.dumps({"done": kind}).encode() + b"\n")
            inside = [one for one in inside if one not in gone] + new


def changed(library: Library, kind: str, gone: list[int], new: list[int]) -> Library:
    """The library after the change: another object where it was closed and opened."""
    ids, documents = [made(one).id for one in gone], [made(one) for one in new]
    if kind == "add":
        library.add(documents)
    elif kind == "replace":
        library.replace(ids, documents)
    elif kind == "remove":
        library.remove(*ids)
    elif kind == "checkpoint":
        library.checkpoint()
    elif kind == "reindex":
        reindex(folder_of(library), embedder())
    else:
        library.close()
        return Library.local(folder_of(library), embedder())
    return library


def compare(folder: Path, history: History, ever: int) -> set[int]:
    """See that the library holds what it may hold and nothing of anything else; return that."""
    with closing(Library.local(folder, embedder())) as library:
        numbers = {made(one).id: one for one in range(ever)}
        listed = [numbers[one.id] for one in library.summaries()]
        assert len(listed) == len(set(listed))
        assert set(listed) in history.allowed(), f"{sorted(listed)} is none of {history.allowed()}"
        held = {made(one).id for one in listed}
        answerer = Answerer(library)
        for number in sorted({*listed, *range(ever)[-RECENT:]}):
            document = made(number)
            near = library.search(document.text, depth=ALL).candidates
            named = library.search(word(number)).candidates
            worded = {one.passage.document_id for one in named if sum(one.match.coverage) > 0}
            assert {one.passage.document_id for one in near} <= held
            assert worded == ({document.id} & held)
            if document.id in held:
                assert library.document(document.id) == document
                assert library.summary(document.id).passages == len(
                    {one.passage.id for one in near if one.passage.document_id == document.id}
                )
                continue
            assert_unknown(library, document)
            cited = answerer.ask(document.text, min_confidence=0)
            assert {one.citation.document_id for one in cited.passages} <= held
    report = check(folder)
    assert (report.faults, report.notes, report.documents) == ((), (), len(held))
    assert_nothing_left(folder, [one for one in range(ever) if one not in listed])
    return set(listed)


def assert_unknown(library: Library, document: Document) -> None:
    try:
        library.document(document.id)
    except UnknownDocument:
        return
    raise AssertionError(f"{document.id} is still there")


def assert_nothing_left(folder: Path, gone: list[int]) -> None:
    """No index file holds a removed document's word: neither its letters nor the number that stands for it."""
    files = [path for path in folder.rglob("*") if path.is_file() and "sqlite3" not in path.name]
    contents = b"".join(path.read_bytes() for path in files)
    left = [word(one) for one in gone if word(one).encode() in contents]
    assert not left, f"still in the files: {left}"
    snapshot = Derived(folder, embedder().dimension).held()
    assert snapshot is not None
    left = [word(one) for one in gone if snapshot.lexical.holding(codes(terms(word(one)))[0])]
    assert not left, f"still in the word index: {left}"


@dataclass
class Figures:
    """What came of all rounds."""

    rounds: int = 0
    cut: int = 0
    happened: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        done = ", ".join(f"{kind} {count}" for kind, count in sorted(self.acknowledged.items()))
        return (
            f"{self.rounds} kills, {self.cut} of them in a change ({self.happened} of these had happened whole); "
            f"acknowledged changes: {self.acknowledged.total()} ({done}); no difference"
        )


def run(folder: Path, *, rounds: int, seed: int) -> Iterator[Figures]:
    """Kill so many processes one after the other, all at work on one library, and compare after each."""
    chosen = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.library", "index.reindexing"])
    held: set[int] = set()
    ever, figures = 0, Figures()
    for number in range(rounds):
        journal = folder / f"journal{number}"
        begin = (str(folder / "library"), str(journal), chosen.getrandbits(32), ever, sorted(held))
        process = context.Process(target=work, args=begin)
        process.start()
        begun = wait_for(process, journal, 0)
        lines = chosen.randint(0, LINES)
        seconds = wait_for(process, journal, lines) - begun
        change = 2 * seconds / max(1, lines)
        time.sleep(chosen.uniform(0, chosen.choice((EARLY, LATE)) * change if lines else 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -9, f"the process ended by itself, with {process.exitcode}"
        history = History.read(journal, held)
        ever = max([ever, *(1 + one for state in history.allowed() for one in state)])
        ever = max(ever, 1 + last_new(journal))
        held = compare(folder / "library", history, ever)
        figures.rounds += 1
        if history.pending and history.pending[0] != history.pending[1]:
            figures.cut += 1
            figures.happened += held == history.pending[1]
        figures.acknowledged += history.acknowledged
        yield figures


def wait_for(process: BaseProcess, journal: Path, lines: int) -> float:
    """When the journal was there with so many lines, by the monotonic clock; or the process was not any more."""
    while process.is_alive() and not (journal.exists() and journal.read_bytes().count(b"\n") >= lines):
        time.sleep(0.001)
    return time.monotonic()


def last_new(journal: Path) -> int:
    """The greatest number of a document that a process has begun to add; -1 for none."""
    lines = journal.read_text(encoding="ascii").splitlines() if journal.exists() else []
    return max([-1, *(one for line in lines for one in json.loads(line).get("new", []))])


def main() -> None:
    """Run as a command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for figures in run(Path(folder), rounds=given.rounds, seed=given.seed):
            if sys.stderr.isatty():
                print(f"\r{figures.rounds}", end="", file=sys.stderr)
    print(f"{figures}, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
