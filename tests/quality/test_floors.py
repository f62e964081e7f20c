"""Floors under ranking, evidence and abstention, on a fixed sample: ``make quality``.

The sample is the same every time, and the floors lie about .006 below what was measured on it: without the
sentences' vectors, say, the first two fail (.936 and .883).
"""

from pathlib import Path
from typing import Any

import pytest

from api.evaluating import Report, evaluate_collection
from api.settings import Settings
from index.progress import silent
from paths import ROOT

EVAL = ROOT.parent / "shared" / "eval"
pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not EVAL.is_dir(), reason="there is no ../shared/eval"),
]


@pytest.fixture(scope="module")
def squad(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    settings = Settings(data=tmp_path_factory.mktemp("squad"), model=str(compiled))
    return evaluate_collection(
        settings,
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
    settings = Settings(data=tmp_path, model=str(compiled))
    report = evaluate_collection(settings, EVAL / "contextual-codebase", units="passages", progress=silent)
    assert part(report, "ranking")["recall_5"] >= 0.809
    assert part(report, "ranking")["recall_20"] >= 0.901
