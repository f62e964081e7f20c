"""Fit the confidence model: ``python -m benchmarks.confidence ../shared/eval/squadshifts-reddit``.

Libraries of many sizes are made from the collection's documents, at random and of one topic, through Pincite's
own ``Library`` and ranking. Each is asked questions that it answers and as many that it does not, because their
document is not in it. Only questions that stand alone are asked: those about "the poster" or "it" were written
beside one document and mean nothing without it. A logistic regression (scikit-learn) on the five signals of
``qa.confidence``, every kind of library and both labels weighing the same, gives the weights. The threshold is the
one at which, on average over the kinds, at most 5 % of the answerable questions lose a right first sentence to a
refusal.
"""

import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from api.opening import open_embedder_of
from api.progress import progress_bars
from api.settings import load_settings
from benchmarks.remembering import Remembering
from index.documents import Document
from index.library import Library
from qa import confidence
from qa.collections import Question, read_collection
from qa.confidence import Signals, signals
from qa.evaluation import Indexed, indexed
from qa.retrieval import RankedSentence, retrieve

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
class Example:
    """One question to one library: the kind of library, the signals, whether it is answered, and rightly first."""

    kind: str
    signals: Signals
    answerable: bool
    right_first: bool


def main() -> None:
    """Fit, and write ``qa/confidence.json``."""
    folder = Path(sys.argv[1])
    with progress_bars(Console(stderr=True)) as progress:
        embedder = Remembering(open_embedder_of(load_settings(), progress))
        own = indexed(read_collection(folder), "documents")
        examples: list[Example] = []
        libraries = list(_libraries(own, embedder, random.Random(SEED)))  # noqa: S311 - reproducible, not secret
        for done, (kind, documents, count) in enumerate(libraries, start=1):
            rng = random.Random(SEED + done)  # noqa: S311
            examples += _examples(kind, documents, count, own=own, embedder=embedder, rng=rng)
            progress("Asking libraries of many sizes", done, len(libraries))
    record = _fit(examples)
    record["fitted_on"] = f"{folder.name}: {len(examples)} questions to {len(libraries)} libraries, seed {SEED}"
    record["date"] = datetime.now(UTC).date().isoformat()
    target = Path(confidence.__file__).with_suffix(".json")
    target.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(target.read_text(encoding="utf-8"))


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


def _examples(
    kind: str, documents: list[Document], count: int, *, own: Indexed, embedder: Remembering, rng: random.Random
) -> list[Example]:
    """Ask one library questions that it answers, and as many that it does not."""
    held = {document.id for document in documents}
    inside: dict[bool, list[Question]] = defaultdict(list)
    for question in own.collection.questions:
        if question.answerable and not POINTING.search(question.text):
            answering = {i for label in question.labels for i, _ in own.by_source[label.source]}
            if answering <= held or not answering & held:
                inside[answering <= held].append(question)
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), embedder)
        library.add(documents)
        for answerable, questions in inside.items():
            for question in rng.sample(questions, min(count, len(questions))):
                found = retrieve(library, question.text)
                if found.sentences:
                    right = answerable and _right(found.sentences[0], question, own)
                    examples.append(Example(kind, signals(question.text, found, library), answerable, right))
        library.close()
    return examples


def _right(sentence: RankedSentence, question: Question, own: Indexed) -> bool:
    """Whether the sentence holds a labelled answer."""
    document_id = sentence.candidate.passage.document_id
    return any(
        label.answer and sentence.span.start <= label.answer.start and label.answer.end <= sentence.span.end
        for label in question.labels
        if document_id in {i for i, _ in own.by_source[label.source]}
    )


def _fit(examples: list[Example]) -> dict[str, object]:
    """The model as it is committed, the standardisation folded into its weights."""
    values = np.array([astuple(example.signals) for example in examples])
    labels = np.array([example.answerable for example in examples])
    weights = _even([f"{example.kind} {example.answerable}" for example in examples])
    scaler = StandardScaler().fit(values)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(scaler.transform(values), labels, sample_weight=weights)
    slopes = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - slopes @ scaler.mean_)
    sure = 1 / (1 + np.exp(-(values @ slopes + intercept)))
    return {
        "intercept": intercept,
        "weights": {name: float(slope) for name, slope in zip(NAMES, slopes, strict=True)},
        "threshold": round(_threshold(examples, sure), 2),
    }


def _threshold(examples: list[Example], sure: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    """Where 5 % of the answerable questions would lose a right first sentence, kinds weighing the same."""
    answerable = [i for i, example in enumerate(examples) if example.answerable]
    weights = _even([examples[i].kind for i in answerable])
    order = sorted(range(len(answerable)), key=lambda j: sure[answerable[j]])
    lost = 0.0
    for j in order:
        lost += weights[j] * examples[answerable[j]].right_first
        if lost > LOST * weights.sum():
            return float(sure[answerable[j]])
    return 0.5


def _even(groups: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A weight for each member, such that all groups weigh the same and the mean is 1."""
    sizes = {group: groups.count(group) for group in set(groups)}
    return np.array([len(groups) / (len(sizes) * sizes[group]) for group in groups])


if __name__ == "__main__":
    main()
