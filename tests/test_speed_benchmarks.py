"""The benchmarks of speed count and compare as they say."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI, HTTPException

from benchmarks.composed import COSINE, Composing
from benchmarks.criteria import Criterion, listed, table
from benchmarks.load import Refused, answer, got, load, posted
from benchmarks.peers.asking import quality
from benchmarks.texts import Asked, paragraphs
from index.compiled import CompiledEmbedder
from index.spans import Span
from served import served


def echo() -> FastAPI:
    """Answers a number with the number, and refuses negative ones."""
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> None:
        """It is ready."""

    @app.post("/echo")
    def back(body: dict[str, int]) -> int:
        if body["number"] < 0:
            raise HTTPException(422)
        return body["number"]

    return app


def test_every_request_is_sent_once_whatever_the_number_of_clients() -> None:
    with served(echo()) as url:
        port = int(url.rpartition(":")[2])
        assert answer(port, posted("/echo", {"number": 7})) == b"7"
        assert answer(port, got("/readyz")) == b"null"
        requests = [posted("/echo", {"number": number}) for number in range(10)]
        for clients in (1, 3):
            done = load(port, requests, clients=clients)
            assert len(done.milliseconds) == 10
            assert done.rate == 10 / done.seconds


def test_a_refusal_ends_the_measurement() -> None:
    with served(echo()) as url:
        requests = [posted("/echo", {"number": number}) for number in (1, 2, -1, 3)]
        with pytest.raises(Refused, match="422"):
            load(int(url.rpartition(":")[2]), requests, clients=2)


def test_a_criterion_is_met_up_to_its_limit() -> None:
    found = listed([Criterion("a", 0.5, 0.5), Criterion("b", 4.99, 5, at_least=True)])
    assert [one["met"] for one in found] == [True, False]
    assert list(table(found))[2:] == [
        "| a | 0.50 | at most 0.50 | met |",
        "| b | 4.99 | at least 5.00 | **not met** |",
    ]


def test_quality_is_of_the_questions_that_were_asked() -> None:
    questions = [Asked("?", frozenset({3})), Asked("?", frozenset({4})), Asked("?", frozenset({5}))]
    found = quality([[3, 1], [1, 4]], questions)
    assert found["hit_1"] == 0.5
    assert found["ndcg_10"] == pytest.approx((1 + 1 / np.log2(3)) / 2)


def test_made_paragraphs_are_of_the_real_ones_sentences_and_fewer_are_the_first_of_more(tmp_path: Path) -> None:
    real = ["The ferry leaves at noon. It is blue.", "Mast and sail were paid by Olaf."]
    for number, name in enumerate(("squad2-dev", "squadshifts-reddit", "distractors-2wiki", "squadshifts-amazon")):
        texts = real[number : number + 1]
        files = {
            "corpus": [{"id": str(i), "title": "", "text": text} for i, text in enumerate(texts)],
            "passages": [{"doc_id": str(i), "start": 0, "end": len(text)} for i, text in enumerate(texts)],
            "queries": [],
            "qrels": [],
        }
        (tmp_path / name).mkdir()
        for kind, records in files.items():
            lines = "".join(json.dumps(record) + "\n" for record in records)
            (tmp_path / name / f"{kind}.jsonl").write_text(lines, encoding="utf-8")
    found = paragraphs(tmp_path, 6)
    assert found[:2] == real
    assert len(set(found)) == 6
    sentences = "The ferry leaves at noon.|It is blue.|Mast and sail were paid by Olaf.".split("|")
    assert [text for text in found[2:] if re.sub("|".join(map(re.escape, sentences)), "", text).strip()] == []
    assert paragraphs(tmp_path, 4) == found[:4]


def test_a_composed_sentence_lies_beside_the_one_that_the_model_made(compiled: Path) -> None:
    embedder = CompiledEmbedder(compiled)
    known = {"It is blue.": embedder.embed_question("It is blue.")}
    composing = Composing(embedder, known)
    text = "It is blue. It sails."
    found = composing.embed_passage(text, [Span(0, 11), Span(12, 21)])
    assert found.shape == (3, embedder.dimension)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert found[1] @ known["It is blue."] == pytest.approx(COSINE, abs=0.1)
    assert found[2] @ embedder.embed_question("It sails.") == pytest.approx(COSINE, abs=0.1)
    assert np.array_equal(found, composing.embed_passage(text, [Span(0, 11), Span(12, 21)]))
