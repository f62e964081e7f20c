"""Where the time of a question goes: each part's own milliseconds, without those of the parts inside it."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from api import asking
from api.bodies.questions import AskRequest
from api.opening import effort_of, open_embedder_of, open_reader_of
from benchmarks.libraries import settings_in
from benchmarks.speed.plan import Plan
from index import searching
from index.compiled import CompiledEmbedder
from index.lexical import LexicalSearcher
from index.library import Library
from index.progress import Progress, silent
from index.store import Store
from index.vectors import VectorIndex
from qa import answering
from qa.answering import Answerer

PARTS: tuple[tuple[str, Any, str], ...] = (
    ("encoding the question", CompiledEmbedder, "embed_question"),
    ("nearest passages by vector (FAISS)", VectorIndex, "search"),
    ("best passages by words (tantivy)", LexicalSearcher, "search"),
    ("how rare the words are (SQLite)", Store, "statistics"),
    ("candidates' vectors and words (SQLite)", Store, "columns"),
    ("matching the words", searching, "match"),
    ("cosines, and the rest of the search", Library, "search"),
    ("ranking passages and sentences", answering, "retrieve"),
    ("reading", answering, "rerank"),
    ("confidence", answering, "confidence"),
    ("citing and checking", Answerer, "ask"),
    ("the answer's body", asking, "asked"),
)
"""What a part is called, and the function whose own time it is; those outside come last."""
WARM = 8


def budget(
    folder: Path, questions: Sequence[str], plan: Plan, *, progress: Progress = silent
) -> dict[str, dict[str, list[float]]]:
    """For ``unread`` and ``read`` answers, each part's median milliseconds by round; no client, and no HTTP."""
    settings = settings_in(folder)
    library = Library.local(folder, open_embedder_of(settings, progress))
    answerer = Answerer(library, open_reader_of(settings, progress), effort=effort_of(settings))
    found: dict[str, dict[str, list[float]]] = {"unread": defaultdict(list), "read": defaultdict(list)}
    watch = _Watch()
    with ExitStack() as stack:
        stack.callback(library.close)
        for name, owner, function in PARTS:
            stack.enter_context(patch.object(owner, function, watch.timed(name, getattr(owner, function))))
        for number in range(plan.rounds):
            for way, count in (("unread", plan.questions), ("read", plan.questions // 4)):
                part = [questions[(number * count + i) % len(questions)] for i in range(count)]
                requests = [AskRequest(question=question, read=way == "read") for question in part]
                for name, took in _asked(answerer, requests, watch).items():
                    found[way][name].append(took)
            progress("Taking a question apart", number + 1, plan.rounds)
    return found


def _asked(answerer: Answerer, requests: Sequence[AskRequest], watch: "_Watch") -> Mapping[str, float]:
    """The parts' medians."""
    for request in requests[:WARM]:
        asking.asked(answerer, request, default_confidence=None)
    seen = []
    for request in requests:
        watch.own = defaultdict(float)
        asking.asked(answerer, request, default_confidence=None)
        seen.append(watch.own)
    return {name: 1000 * median(one[name] for one in seen) for name, *_ in PARTS}


class _Watch:
    """Gives each function the time in it that is in no other that is watched: ``own`` seconds by name."""

    def __init__(self) -> None:
        self.own: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, watched."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            begin = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                took = time.perf_counter() - begin
                self.own[name] += took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return watched
