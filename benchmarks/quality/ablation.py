"""What each signal gains: the same candidates, ranked without it."""

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

import ir_measures
from ir_measures import R, Success, nDCG

from api.settings import Settings
from api.terminal.evaluating import EVALUATIONS
from benchmarks.quality.report import PINCITE
from index.embedding import Embedder
from index.library import Library
from index.passages import Candidates
from index.progress import Progress
from qa.collections import read_collection
from qa.evaluation import Units, indexed, overlap
from qa.fusion import PASSAGE, PassageWeights, passage_scores, weights_for

COLLECTIONS: tuple[tuple[str, Units], ...] = (
    ("squad2-dev", "passages"),
    ("scifact", "documents"),
    ("contextual-codebase", "passages"),
    ("squadshifts-amazon", "documents"),
)
QUESTIONS = 1500
MEASURES = (nDCG @ 10, Success @ 1, R @ 5)
ONLY = PassageWeights(passage_cosine=0, lexical=0, phrase=0, sentence_cosine=0, sentence_coverage=0)
VARIANTS: Mapping[str, PassageWeights] = {
    "all five": PASSAGE,
    "without the passage's vector": replace(PASSAGE, passage_cosine=0),
    "without BM25": replace(PASSAGE, lexical=0),
    "without phrases": replace(PASSAGE, phrase=0),
    "without the sentence's vector": replace(PASSAGE, sentence_cosine=0),
    "without the sentence's coverage": replace(PASSAGE, sentence_coverage=0),
    "passage vectors only": replace(ONLY, passage_cosine=1),
    "BM25 only": replace(ONLY, lexical=1),
    "plain hybrid: half BM25, half passage vectors": replace(ONLY, lexical=0.5, passage_cosine=0.5),
}


def ablation(settings: Settings, folder: Path, embedder: Embedder, progress: Progress) -> dict[str, Any]:
    """For each variant and collection, the measures of its passage ranking and the median time of scoring (ms)."""
    found: dict[str, Any] = {name: {} for name in (PINCITE, *VARIANTS)}
    for done, (name, units) in enumerate(COLLECTIONS, start=1):
        own = indexed(read_collection(folder / name), units)
        library = Library.local(settings.data / EVALUATIONS / f"{name}-{units}-{embedder.fingerprint}", embedder)
        library.add(own.documents.values())
        questions = [question for question in own.collection.questions if question.labels]
        step = max(1, math.ceil(len(questions) / QUESTIONS))
        qrels: dict[str, dict[str, int]] = {}
        asked: dict[str, tuple[str, Candidates]] = {}
        for question in questions[::step]:
            asked[question.id] = question.text, library.search(question.text).candidates
            qrels[question.id] = {
                document_id: 1
                for label in question.labels
                for document_id, span in own.by_source.get(label.source, ())
                if overlap(span, label.range)
            }
        for variant, weights in {PINCITE: None, **VARIANTS}.items():
            found[variant][name] = _measured(qrels, asked, weights)
        library.close()
        progress("Ranking without each signal", done, len(COLLECTIONS))
    return found


def ranked(found: Candidates, weights: PassageWeights) -> dict[str, float]:
    """Each document's score: that of its best passage."""
    best: dict[str, float] = {}
    for value, (document_id, _, _) in zip(passage_scores(found, weights).tolist(), found.places(), strict=True):
        best[document_id] = max(value, best.get(document_id, -math.inf))
    return best or {"": 0.0}


def _measured(
    qrels: dict[str, dict[str, int]], asked: Mapping[str, tuple[str, Candidates]], weights: PassageWeights | None
) -> dict[str, float]:
    """Ranked by ``weights``, or by those that Pincite takes for each question."""
    run: dict[str, dict[str, float]] = {}
    took: list[float] = []
    for question, (text, found) in asked.items():
        begin = time.perf_counter()
        chosen = weights or weights_for(text)
        passage_scores(found, chosen)
        took.append((time.perf_counter() - begin) * 1000)
        run[question] = ranked(found, chosen)
    measured = ir_measures.calc_aggregate(MEASURES, qrels, run)
    values = {str(measure): round(float(measured[measure]), 4) for measure in MEASURES}
    candidates = round(fmean(len(found) for _, found in asked.values()), 1)
    return {**values, "questions": len(run), "candidates": candidates, "scoring_ms": round(median(took), 3)}
