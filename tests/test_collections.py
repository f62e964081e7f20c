"""Labelled collections, read from their files."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.spans import Span
from paths import QUESTIONS
from qa.collections import BadLabels, Collection, Label, Question, Source, read_collection, read_questions

CORPUS = {"id": "d1", "title": "Boats", "text": "A mast fell. A crew slept."}
RANGE = {"doc_id": "d1", "start": 0, "end": 12}
FILES: dict[str, list[Any]] = {
    "corpus": [CORPUS],
    "passages": [RANGE, {"doc_id": "d1", "start": 13, "end": 26}],
    "queries": [
        {"id": "q1", "text": "What fell?", "answerable": True},
        {"id": "q2", "text": "Why?", "answerable": False},
    ],
    "qrels": [{"query_id": "q1", **RANGE, "answer": {"text": "A mast", "start": 0, "end": 6}, "level": "span"}],
}


def write(folder: Path, files: dict[str, list[Any]]) -> Path:
    for name, records in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return folder


def test_a_folder_is_a_collection(tmp_path: Path) -> None:
    assert read_collection(write(tmp_path, FILES)) == Collection(
        tmp_path.name,
        (Source("d1", "Boats", CORPUS["text"], (Span(0, 12), Span(13, 26))),),
        (
            Question("q1", "What fell?", True, (Label("d1", Span(0, 12), Span(0, 6)),)),
            Question("q2", "Why?", False, ()),
        ),
    )


def test_gzip_is_read_alike(tmp_path: Path) -> None:
    plain = read_collection(write(tmp_path, FILES))
    for path in tmp_path.glob("*.jsonl"):
        path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert read_collection(tmp_path) == plain


def test_the_seed_questions_are_read() -> None:
    questions = read_questions(QUESTIONS)
    assert len(questions) == 14
    assert questions[0].labels == (Label("", Span(0, 116), Span(0, 116)),)
    assert [question.id for question in questions if not question.answerable] == [
        f"dev-{number}" for number in (11, 12, 13, 14)
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "line 2: is not JSON"), ("[]", "line 2: is not an object"), ('{"id": 1}', "line 2: has no")],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    good = QUESTIONS.read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "questions.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadLabels, match=said):
        read_questions(tmp_path / "questions.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLabels, match=r"there is no passages\.jsonl"):
        read_collection(tmp_path)
    with pytest.raises(BadLabels, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
