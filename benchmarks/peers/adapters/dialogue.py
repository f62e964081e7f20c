"""The dialogue with the benchmark: a JSON object a line in, one out. It needs nothing but the standard library."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO


@dataclass(frozen=True, slots=True)
class Start:
    """How a peer is to start: with which model, in which mode, from which saved library ("" for an empty one)."""

    model: str
    mode: str
    saved: str


class Peer(Protocol):
    """A library of paragraphs; their ids are their places in the order in which they were added, from 0."""

    def add(self, texts: Sequence[str], first: int) -> None:
        """Add paragraphs, the first of which has the place ``first``."""

    def ask(self, question: str) -> list[int]:
        """The places of the ten paragraphs that answer best, the best first."""

    def save(self, folder: Path) -> None:
        """Write the library so that it can be opened again."""


def converse(make: Callable[[Start], Peer]) -> None:
    """Answer the benchmark until it closes the pipe."""
    answers = _own_output()
    peer = make(Start(*json.loads(sys.argv[1])))
    _say(answers, {})
    for line in sys.stdin:
        order = json.loads(line)
        _say(answers, _ORDERS[order["do"]](peer, order))


def _add(peer: Peer, order: dict[str, str]) -> dict[str, object]:
    first, count = int(order["first"]), int(order["count"])
    texts = json.loads(Path(order["texts"]).read_text(encoding="utf-8"))[first : first + count]
    begin = time.perf_counter()
    peer.add(texts, int(order["place"]))
    return {"seconds": time.perf_counter() - begin}


def _ask(peer: Peer, order: dict[str, list[str]]) -> dict[str, object]:
    found, took = [], []
    for question in order["questions"]:
        begin = time.perf_counter()
        found.append(peer.ask(question))
        took.append((time.perf_counter() - begin) * 1000)
    return {"found": found, "ms": took}


def _save(peer: Peer, order: dict[str, str]) -> dict[str, object]:
    peer.save(Path(order["folder"]))
    return {}


def _threads(_: Peer, order: dict[str, int]) -> dict[str, object]:
    """Let torch use as many threads; 0 as many as it would by itself."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(order["threads"] or os.cpu_count() or 1)
    return {}


_ORDERS: dict[str, Callable[..., dict[str, object]]] = {
    "add": _add,
    "ask": _ask,
    "save": _save,
    "threads": _threads,
}


def _own_output() -> TextIO:
    """Standard output for the dialogue alone: what a library prints goes where errors go."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: TextIO, answer: dict[str, object]) -> None:
    with contextlib.suppress(BrokenPipeError):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
