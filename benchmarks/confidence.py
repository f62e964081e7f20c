"""Fit the confidence models: ``python -m benchmarks.confidence ../shared/eval``.

Why would the documents not answer? They may be about other things: libraries of many sizes are made from the
documents of squadshifts-reddit, at random and of one topic, through Pincite's own ``Library`` and ranking, and each
is asked questions that it answers and as many that it does not, because their document is not in it. Only
questions that stand alone are asked: those about "the poster" or "it" were written beside one document and mean
nothing without it. Or they are about the same and do not say it: the first half of squad2-dev's articles is asked
its questions, answerable or made to deceive. For each reason a logistic regression (scikit-learn) on signals of
``qa.confidence``, every kind of library and both labels weighing the same, tells it from an answer.
The odds against both reasons together are calibrated on reddit's libraries.

With nothing read, the threshold is the one at which, on average over the kinds of reddit's libraries, at most 5 %
of the answerable questions lose a right first sentence to a refusal. The model for questions whose passages were
read is fitted on those documents alone that the reader was not trained on, and its threshold is stricter: at most
5 % of the answerable questions are refused at all.
"""

import json
import math
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from api.opening import open_embedder_of, open_reader_of
from api.settings import load_settings
from api.terminal.progress import progress_bars
from benchmarks.reader.examples import HALVED, first_half, for_tuning
from benchmarks.remembering import Remembering
from index.documents import Document
from index.library import Library
from qa import confidence
from qa.answering import Answerer
from qa.collections import Question, read_collection
from qa.confidence import Against, Calibration, Model, Signals, fewer, signals
from qa.evaluation import Indexed, indexed
from qa.reading.reader import Reader
from qa.retrieval import RankedSentence, Retrieved

SEED = 7
ABOUT_OTHERS = "squadshifts-reddit"
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
ABSENT = ("words", "score", "cosine", "size", "name_missing")
DECEIVING = ("cosine", "name_missing", "missing", "denied", "opposed")
"""The signals that tell each reason from an answer."""
READ = ("relevance", "answerability")
"""Those that there are besides where something was read."""
SHARES = {"unread": 0.05, "read": 1.0}
"""How often a question may deceive for one that is about something else.

The more, the better are deceiving questions told from answered ones, and the worse those about something else:
with nothing read soon, once passages were read hardly. On what is fitted here, from none to these shares, AUROC
rises from .65 to .73 and from .76 to .81, and falls from .928 to .926 and from .954 to .946.
"""
DECEIVED = "deceived"
"""The kind of the library that is asked questions made to deceive."""


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


Row = tuple[str, bool, Seen]
"""An example's kind, whether it is answerable, and what was seen."""


def main() -> None:
    """Fit, and write ``qa/confidence.json``."""
    folder = Path(sys.argv[1])
    settings = load_settings()
    with progress_bars(Console(stderr=True)) as progress:
        embedder = Remembering(open_embedder_of(settings, progress))
        reader = open_reader_of(settings, progress)
        own = indexed(read_collection(folder / ABOUT_OTHERS), "documents")
        examples: list[Example] = []
        libraries = list(_libraries(own, embedder, random.Random(SEED)))  # noqa: S311 - reproducible, not secret
        for done, (kind, documents, count) in enumerate(libraries, start=1):
            rng = random.Random(SEED + done)  # noqa: S311
            with _answerer(documents, embedder, reader) as answerer:
                examples += _examples(answerer, _sample(kind, documents, count, own=own, rng=rng), own)
            progress("Asking libraries of many sizes", done, len(libraries))
        halved = indexed(first_half(read_collection(folder / HALVED)), "documents")
        with _answerer(halved.documents.values(), embedder, reader) as answerer:
            asked = [(DECEIVED, question.answerable, question) for question in halved.collection.questions]
            examples += _examples(answerer, asked, halved)
    target = Path(confidence.__file__).with_suffix(".json")
    record = {
        "unread": _model([(e.kind, e.answerable, e.unread) for e in examples], read=False),
        "read": _model([(e.kind, e.answerable, e.read) for e in examples if e.read], read=True),
    }
    target.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(target.read_text(encoding="utf-8"))


def _model(rows: Sequence[Row], *, read: bool) -> dict[str, object]:
    """A model as it is committed."""
    others = [row for row in rows if row[0] != DECEIVED]
    deceived = [row for row in rows if row[0] == DECEIVED]
    more = READ if read else ()
    absent = _against(others, (*ABSENT, *more))
    deceiving = _against(deceived, (*DECEIVING, *more))
    rarer = replace(deceiving, intercept=deceiving.intercept - math.log(SHARES["read" if read else "unread"]))
    model = _calibrated(Model(absent, rarer, Calibration(), 0.5), others)
    model = replace(model, threshold=round(_threshold(others, model, only_right=not read), 3))
    untrained = ", of documents that the reader was not trained on" if read else ""
    return {
        **asdict(model),
        "fitted_on": f"{len(others)} questions of {ABOUT_OTHERS}, {len(deceived)} of the first half of {HALVED}"
        f"{untrained}, seed {SEED}",
        "date": datetime.now(UTC).date().isoformat(),
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


def _against(rows: Sequence[Row], names: Sequence[str]) -> Against:
    """What tells the answerable rows from the others, the standardisation folded into its weights."""
    values = np.array([[getattr(seen.signals, name) for name in names] for _, _, seen in rows])
    labels = np.array([answerable for _, answerable, _ in rows])
    weights = _even([f"{kind} {answerable}" for kind, answerable, _ in rows])
    scaler = StandardScaler().fit(values)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(scaler.transform(values), labels, sample_weight=weights)
    slopes = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - slopes @ scaler.mean_)
    return Against(intercept, {name: float(slope) for name, slope in zip(names, slopes, strict=True)})


def _calibrated(model: Model, rows: Sequence[Row]) -> Model:
    """The model with the calibration that suits these rows best."""
    odds = np.array([[model.log_odds(seen.signals), fewer(seen.signals)] for _, _, seen in rows])
    labels = [answerable for _, answerable, _ in rows]
    weights = _even([f"{kind} {answerable}" for kind, answerable, _ in rows])
    fitted = LogisticRegression(C=1e6).fit(odds, labels, sample_weight=weights)
    slope, few = fitted.coef_[0]
    return replace(model, calibration=Calibration(float(slope), float(fitted.intercept_[0]), float(few)))


def _threshold(rows: Sequence[Row], model: Model, *, only_right: bool) -> float:
    """Where 5 % of the answerable questions would be refused, kinds weighing the same.

    With ``only_right``, those alone count against it whose first sentence is right: the others lose nothing.
    """
    answerable = [(kind, seen, model.probability(seen.signals)) for kind, answered, seen in rows if answered]
    weights = _even([kind for kind, _, _ in answerable])
    lost = 0.0
    for j in sorted(range(len(answerable)), key=lambda j: answerable[j][2]):
        _, seen, sure = answerable[j]
        lost += weights[j] * (seen.right_first or not only_right)
        if lost > LOST * weights.sum():
            return sure
    return 0.5


def _even(groups: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A weight for each member, such that all groups weigh the same and the mean is 1."""
    sizes = {group: groups.count(group) for group in set(groups)}
    return np.array([len(groups) / (len(sizes) * sizes[group]) for group in groups])


if __name__ == "__main__":
    main()
