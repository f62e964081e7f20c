"""Pincite's own reader as it serves: a compiled network in onnxruntime."""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.sessions import available_cores, open_session
from index.spans import Span
from qa.reading.manifest import Manifest
from qa.reading.pairing import Pair, Pairing
from qa.reading.reader import Excerpt, Reading

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
START, END, RELEVANCE = range(3)
"""The network's outputs for each token: logits of the answer's first and last, and its share in the relevance."""
MOST_WORD_TOKENS = 30
"""The longest answer, in tokens."""
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


class CompiledReader:
    """A folder that ``pincite compile`` made, run one passage a pass, several side by side.

    As for the embedder, dynamic quantisation scales a batch by its largest value, and what is said of a passage
    must not depend on its company.
    """

    calibrated = True

    def __init__(self, folder: Path) -> None:
        """Load and warm the network.

        Raises:
            BrokenModel: a file is missing or was changed.
        """
        self._manifest = Manifest.read(folder)
        self._pairing = Pairing.of(folder / TOKENIZER)
        self._session = open_session(folder / MODEL)
        # As long as there are folders that were compiled before 2026-11-24.
        self._masked = any(wanted.name == "mask" for wanted in self._session.get_inputs())
        self._side_by_side = ThreadPoolExecutor(available_cores(), thread_name_prefix="read")
        self._run(self._pairing.question("warm"), Excerpt("", "up", (Span(0, 2),)))

    @property
    def name(self) -> str:
        """The adapter that it was compiled from."""
        return f"pincite-reader-{self._manifest.adapter_sha256[:12]}"

    def read(self, question: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        """A reading for each excerpt, in order; as many are read at once as there are cores."""
        tokens = self._pairing.question(question)

        def begin(excerpt: Excerpt) -> Future[Reading]:
            return self._side_by_side.submit(self._reading, tokens, excerpt)

        waiting = iter(excerpts)
        begun = deque(map(begin, itertools.islice(waiting, available_cores())))
        try:
            while begun:
                yield begun.popleft().result()
                begun.extend(map(begin, itertools.islice(waiting, 1)))
        finally:
            for reading in begun:
                reading.cancel()

    def _reading(self, question: Sequence[int], excerpt: Excerpt) -> Reading:
        pair, outputs = self._run(question, excerpt)
        relevances = relevances_of(outputs[:, RELEVANCE], pair, len(excerpt.sentences))
        words = tuple(answer_words(outputs, pair, number, excerpt.text) for number in range(len(excerpt.sentences)))
        answerability = float(probabilities(outputs[0, RELEVANCE].astype(np.float64)))
        return Reading(tuple(float(p) for p in probabilities(relevances)), words, answerability)

    def _run(self, question: Sequence[int], excerpt: Excerpt) -> tuple[Pair, Floats]:
        """The excerpt as it was read, and ``(tokens, 3)`` float32."""
        pair = self._pairing.pair(question, excerpt.text, excerpt.sentences, context=excerpt.context)
        feeds = {"ids": pair.ids[None], "types": pair.types[None]}
        if self._masked:
            feeds["mask"] = np.ones_like(pair.ids)[None]
        outputs: Floats = self._session.run(None, feeds)[0][0]
        return pair, outputs


def probabilities(logits: Doubles) -> Doubles:
    """The logistic function, element by element."""
    chances: Doubles = 1 / (1 + np.exp(-logits))
    return chances


def relevances_of(shares: Floats, pair: Pair, sentences: int) -> Doubles:
    """``(sentences,)`` logits: the mean share of a sentence's tokens, plus the first token's, the passage's own.

    A sentence that was cut off is worth no more than the worst that was read.
    """
    held = pair.owner >= 0
    sizes = np.bincount(pair.owner[held], minlength=sentences)
    sums = np.bincount(pair.owner[held], weights=shares[held], minlength=sentences)
    means = np.divide(sums, sizes, out=np.full(sentences, np.nan), where=sizes > 0)
    worst = np.nanmin(means) if held.any() else 0.0
    logits: Doubles = np.nan_to_num(means, nan=worst) + shares[0]
    return logits


def answer_words(outputs: Floats, pair: Pair, sentence: int, text: str) -> Span | None:
    """The likeliest answer in a sentence, grown to whole words; None where the sentence was cut off."""
    tokens = np.flatnonzero(pair.owner == sentence)
    if not len(tokens):
        return None
    scores = outputs[tokens, START][:, None] + outputs[tokens, END][None, :]
    allowed = np.triu(np.ones_like(scores, dtype=bool)) & ~np.triu(
        np.ones_like(scores, dtype=bool), MOST_WORD_TOKENS
    )
    first, last = np.unravel_index(np.argmax(np.where(allowed, scores, -np.inf)), scores.shape)
    start, end = int(pair.starts[tokens[first]]), int(pair.ends[tokens[last]])
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end) if start < end else None
