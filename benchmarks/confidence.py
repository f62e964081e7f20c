"""Fit the confidence models: ``python -m benchmarks.confidence ../shared/eval/squadshifts-reddit``.

Libraries of many sizes are made from the collection's documents, at random and of one topic, through Pincite's
own ``Library`` and ranking. Each is asked questions that it answers and as many that it does not, because their
document is not in it. Only questions that stand alone are asked: those about "the poster" or "it" were written
beside one document and mean nothing without it. A logistic regression (scikit-learn) on the signals of
``qa.confidence``, every kind of library and both labels weighing the same, gives the weights.

With nothing read, the threshold is the one at which, on average over the kinds, at most 5 % of the answerable
questions lose a right first sentence to a refusal. The model for questions whose passages were read is fitted on
those documents alone that the reader was not trained on, and its threshold is stricter: at most 5 % of the
answerable questions are refused at all.
"""

import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from api.opening import open_embedder_of, open_reader_of
from api.settings import load_settings
from api.terminal.progress import progress_bars
from benchmarks.reader.examples import for_tuning
from benchmarks.remembering import Remembering
from index.documents import Document
from index.library import Library
from qa import confidence
from qa.answering import Answerer
from qa.collections import Question, read_collection
from qa.confidence import Signals, signals
from qa.evaluation import Indexed, indexed
from qa.reading.reader import Reader
from qa.retrieval import RankedSentence, Retrieved

SEED = 7
SIZES = {14: 150, 100: 24, 500: 5}
"""Documents in a library, and how many libraries of that size of each kind."""
QUESTIONS = 1200
"""About as many questions of either label for each kind of library."""
LOST = 0.05
POINTING = re.compile(
    r"\b(posters?|authors?|writers?|narrators?|speakers?|users?|op|commenters?|redditors?|reviewers?|person|people|man|"
    r"woman|guy|someone|somebody|he|him|she|they|them|his|her|hers|their|it|its|this|that|these|those|i|you|your|my|"
    r"we|our)\b",
    re.IGNORECASE,
)
NAMES = [field.name for field in fields(Signals)]


@dataclass(frozen=True, slots=True)
class Seen:
    """The signals, and whether the first sentence holds a labelled answer."""

    signals: Signals
    right_first: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One question to one library: the kind of library, whether that answers it, and what was seen.

    ``read`` is what was seen once its passages were read, None where the reader was trained on its source.
    """

    kind: str
    answerable: bool
    unread: Seen
    read: Seen | None


def main() -> None:
    """Fit, and write ``qa/confidence.json``."""
    folder = Path(sys.argv[1])
    settings = load_settings()
    with progress_bars(Console(stderr=True)) as progress:
        embedder = Remembering(open_embedder_of(settings, progress))
        reader = open_reader_of(settings, progress)
        own = indexed(read_collection(folder), "documents")
        examples: list[Example] = []
        libraries = list(_libraries(own, embedder, random.Random(SEED)))  # noqa: S311 - reproducible, not secret
        for done, (kind, documents, count) in enumerate(libraries, start=1):
            rng = random.Random(SEED + done)  # noqa: S311
            with _answerer(documents, embedder, reader) as answerer:
                examples += _examples(answerer, _sample(kind, documents, count, own=own, rng=rng), own)
            progress("Asking libraries of many sizes", done, len(libraries))
    target = Path(confidence.__file__).with_suffix(".json")
    target.write_text(json.dumps(_record(examples, folder.name, len(libraries)), indent=2) + "\n", encoding="utf-8")
    print(target.read_text(encoding="utf-8"))


def _record(examples: Sequence[Example], name: str, libraries: int) -> dict[str, object]:
    """Both models as they are committed."""
    unread = [(e.kind, e.answerable, e.unread) for e in examples]
    read = [(e.kind, e.answerable, e.read) for e in examples if e.read]
    date = datetime.now(UTC).date().isoformat()
    return {
        "unread": {
            **_fit(unread, [signal for signal in NAMES if signal != "relevance"], only_right=True),
            "fitted_on": f"{name}: {len(unread)} questions to {libraries} libraries, seed {SEED}",
            "date": date,
        },
        "read": {
            **_fit(read, NAMES, only_right=False),
            "fitted_on": f"{name}: {len(read)} questions to {libraries} libraries about documents that the reader "
            f"was not trained on, seed {SEED}",
            "date": date,
        },
    }


def _libraries(
    own: Indexed, embedder: Remembering, rng: random.Random
) -> Iterator[tuple[str, list[Document], int]]:
    """The kind of each library, its documents, and how many questions of either label to ask it."""
    documents = list(own.documents.values())
    vectors = np.stack([embedder.embed_question(document.text[:500]) for document in documents])
    for size, count in SIZES.items():
        for _ in range(count):
            few = size if size > 14 else rng.randint(8, 20)
            yield f"random {size}", rng.sample(documents, few), QUESTIONS // count
            seed = rng.randrange(len(documents))
            near = np.argsort(-(vectors @ vectors[seed]), kind="stable")[:few]
            yield f"topic {size}", [documents[i] for i in near], QUESTIONS // count
    rng.shuffle(documents)
    for fold in range(5):
        yield "all", [d for i, d in enumerate(documents) if i % 5 != fold], QUESTIONS // 5


@contextmanager
def _answerer(documents: Iterable[Document], embedder: Remembering, reader: Reader | None) -> Iterator[Answerer]:
    """What answers from a library of ``documents`` that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.local(Path(folder), embedder)
        library.add(documents)
        yield Answerer(library, reader)
        library.close()


def _sample(
    kind: str, documents: list[Document], count: int, *, own: Indexed, rng: random.Random
) -> list[tuple[str, bool, Question]]:
    """The kind, and questions that these documents answer, and as many that they do not."""
    held = {document.id for document in documents}
    inside: dict[bool, list[Question]] = defaultdict(list)
    for question in own.collection.questions:
        if question.answerable and not POINTING.search(question.text):
            answering = {i for label in question.labels for i, _ in own.by_source[label.source]}
            if answering <= held or not answering & held:
                inside[answering <= held].append(question)
    return [
        (kind, answerable, question)
        for answerable, questions in inside.items()
        for question in rng.sample(questions, min(count, len(questions)))
    ]


def _examples(answerer: Answerer, sample: Sequence[tuple[str, bool, Question]], own: Indexed) -> list[Example]:
    """Ask one library, with the reader only where it was not trained on the question's source."""
    examples = []
    for kind, answerable, question in sample:
        unread, _ = answerer.judge(question.text, read=False)
        if not unread.sentences:
            continue
        before = _seen(answerer, unread, question, own, answerable=answerable)
        after = None
        if for_tuning(question.source):
            after = _seen(answerer, answerer.judge(question.text)[0], question, own, answerable=answerable)
        examples.append(Example(kind, answerable, before, after))
    return examples


def _seen(answerer: Answerer, found: Retrieved, question: Question, own: Indexed, *, answerable: bool) -> Seen:
    right = answerable and _right(found.sentences[0], question, own)
    return Seen(signals(question.text, found, answerer.library), right)


def _right(sentence: RankedSentence, question: Question, own: Indexed) -> bool:
    """Whether the sentence holds a labelled answer."""
    document_id = sentence.candidate.passage.document_id
    return any(
        label.answer and sentence.span.start <= label.answer.start and label.answer.end <= sentence.span.end
        for label in question.labels
        if document_id in {i for i, _ in own.by_source[label.source]}
    )


Row = tuple[str, bool, Seen]
"""An example's kind, whether it is answerable, and what was seen."""


def _fit(rows: Sequence[Row], names: Sequence[str], *, only_right: bool) -> dict[str, object]:
    """A model as it is committed, the standardisation folded into its weights."""
    values = np.array([[getattr(seen.signals, name) for name in names] for _, _, seen in rows])
    labels = np.array([answerable for _, answerable, _ in rows])
    weights = _even([f"{kind} {answerable}" for kind, answerable, _ in rows])
    scaler = StandardScaler().fit(values)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(scaler.transform(values), labels, sample_weight=weights)
    slopes = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - slopes @ scaler.mean_)
    sure = 1 / (1 + np.exp(-(values @ slopes + intercept)))
    return {
        "intercept": intercept,
        "weights": {name: float(slope) for name, slope in zip(names, slopes, strict=True)},
        "threshold": round(_threshold(rows, sure, only_right=only_right), 2),
    }


def _threshold(
    rows: Sequence[Row], sure: "np.ndarray[tuple[int], np.dtype[np.float64]]", *, only_right: bool
) -> float:
    """Where 5 % of the answerable questions would be refused, kinds weighing the same.

    With ``only_right``, those alone count against it whose first sentence is right: the others lose nothing.
    """
    answerable = [i for i, (_, answered, _) in enumerate(rows) if answered]
    weights = _even([rows[i][0] for i in answerable])
    order = sorted(range(len(answerable)), key=lambda j: sure[answerable[j]])
    lost = 0.0
    for j in order:
        lost += weights[j] * (rows[answerable[j]][2].right_first or not only_right)
        if lost > LOST * weights.sum():
            return float(sure[answerable[j]])
    return 0.5


def _even(groups: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A weight for each member, such that all groups weigh the same and the mean is 1."""
    sizes = {group: groups.count(group) for group in set(groups)}
    return np.array([len(groups) / (len(sizes) * sizes[group]) for group in groups])


if __name__ == "__main__":
    main()
