"""Floors under ranking, evidence and abstention, on a fixed sample: ``make quality``.

The sample is the same every time, and the floors lie about .006 below what was measured on it: without the
sentences' vectors, say, the first two fail (.936 and .883).
"""

from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from api.terminal.evaluating import Report, evaluate_collection
from benchmarks.reader.measuring import library_of, second_half
from index.compiled import CompiledEmbedder
from index.progress import silent
from paths import ROOT
from qa.answering import Answerer
from qa.confidence import fitted
from qa.evaluation import run
from qa.measures import abstention, evidence
from qa.reading.compiled import CompiledReader

EVAL = ROOT.parent / "shared" / "eval"
pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not EVAL.is_dir(), reason="there is no ../shared/eval"),
]


def unread(compiled: Path, data: Path) -> Settings:
    """Settings with which nothing is read."""
    return Settings(data=data, model=str(compiled), reranker="none")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("squad")


@pytest.fixture(scope="module")
def squad(compiled: Path, data: Path) -> Report:
    return evaluate_collection(
        unread(compiled, data),
        EVAL / "squad2-dev",
        units="passages",
        foreign=EVAL / "scifact",
        limit=1200,
        progress=silent,
    )


def part(report: Report, name: str) -> dict[str, Any]:
    found = report.parts[name]
    assert isinstance(found, dict)
    return found


def test_the_right_paragraph_comes_first(squad: Report) -> None:
    assert part(squad, "ranking")["ndcg_10"] >= 0.937
    assert part(squad, "ranking")["hit_1"] >= 0.888


def test_the_first_sentence_holds_the_answer(squad: Report) -> None:
    assert part(squad, "evidence")["sentence_1"] >= 0.79
    assert part(squad, "evidence")["sentence_3"] >= 0.9


def test_what_is_absent_is_refused_and_little_else(squad: Report) -> None:
    assert part(squad, "abstention_foreign")["refused"] >= 0.9
    assert part(squad, "abstention_foreign")["falsely_refused"] <= 0.05


def test_code_is_found(compiled: Path, tmp_path: Path) -> None:
    report = evaluate_collection(
        unread(compiled, tmp_path), EVAL / "contextual-codebase", units="passages", progress=silent
    )
    assert part(report, "ranking")["recall_5"] >= 0.809
    assert part(report, "ranking")["recall_20"] >= 0.901


def test_reading_finds_more_of_what_it_was_not_trained_on(
    squad: Report, compiled: Path, reader: CompiledReader, data: Path
) -> None:
    """On every tenth question about the half of squad2-dev that the reader never saw."""
    own, questions = second_half(EVAL / "squad2-dev", "passages")
    library = library_of(Settings(data=data), own, "passages", CompiledEmbedder(compiled), silent)
    assert len(library) == squad.passages
    outcomes = run(Answerer(library, reader), questions[::10], own)
    library.close()
    found = evidence(outcomes)
    told = abstention(outcomes, fitted(read=True).threshold)
    assert found is not None
    assert told is not None
    assert found.sentence_1 >= 0.83
    assert found.sentence_3 >= 0.93
    assert (found.words_f1 or 0) >= 0.55
    assert told.auroc >= 0.7
