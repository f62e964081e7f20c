"""Generated answers by a real language model on this machine: ``make llm``."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from paths import QUESTIONS
from qa.collections import read_questions
from qa.generating.facts import unfounded

pytestmark = pytest.mark.llm
MORE = (
    "Who was among the dead?",
    "What did Azerbaijan's Defense Ministry express?",
    "Who is Ivan Kovgan?",
    "What weapons was the vehicle attacked with?",
    "What did Yuri Kotenok claim?",
    "What was handed over to the Armenian side?",
    "What was announced on September 20?",
    "How many soldiers died in the crash of the helicopter?",
    "What does the Kremlin recommend to state media?",
    "What happened to the Russian plane in 2015?",
)


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    """The address of a server of SmolLM2-135M-Instruct."""
    script = Path(__file__).with_name("model_server.py")
    threads = str(len(os.sched_getaffinity(0)))
    with subprocess.Popen(
        [sys.executable, str(script), threads],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "run 'make llm', which installs the model"
        yield address
        process.stdin.close()


@pytest.fixture(scope="module")
def app(settings: Settings, model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    chosen = settings.model_copy(
        update={
            "data": tmp_path_factory.mktemp("generated"),
            "llm_url": f"{model}/v1",
            "llm_model": "smollm2-135m",
            "llm_max_tokens": 60,
            "llm_timeout_seconds": 300.0,
        }
    )
    with TestClient(create_app(chosen), base_url=LOCAL) as client:
        wait_until_ready(client)
        yield client


def test_every_sentence_of_twenty_answers_is_supported_or_marked(app: TestClient, model: str) -> None:
    """Each supported one cites words of the article that lack none of its facts; each other says why."""
    [document] = app.get("/v1/documents").json()["documents"]
    text = app.get(f"/v1/documents/{document['id']}/text").content.decode()
    questions = [*(one.text for one in read_questions(QUESTIONS) if one.answerable), *MORE]
    assert len(questions) == 20
    begin = time.monotonic()
    counted: Counter[str] = Counter()
    for question in questions:
        generated = _generated(app, question)
        assert generated["status"] in {"complete", "cut_off"}, generated
        counted[generated["status"]] += 1
        for sentence in generated["sentences"]:
            counted[sentence["status"]] += 1
            print(json.dumps({"question": question, **_told(sentence)}, ensure_ascii=False))
            if sentence["status"] == "unsupported":
                assert sentence["why"]
                assert sentence["citations"] == []
            else:
                assert _held(sentence, text)
    assert counted["complete"] + counted["cut_off"] == 20
    assert counted["supported"] + counted["unsupported"] >= 20
    print(json.dumps({**counted, "seconds": round(time.monotonic() - begin, 1), **_speed(model)}))


def _generated(app: TestClient, question: str) -> dict[str, Any]:
    body = {"question": question, "generate": True, "top_k": 2, "min_confidence": 0}
    response = app.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json()["answer"]["generated"])


def _held(sentence: dict[str, Any], text: str) -> bool:
    """Whether some citation is the article's own words, and they lack no fact of the sentence."""
    places = [(one["start_char_index"], one["end_char_index"], one["cited_text"]) for one in sentence["citations"]]
    assert all(text[start:end] == cited for start, end, cited in places)
    return any(unfounded(sentence["text"], cited) == () for _, _, cited in places)


def _told(sentence: dict[str, Any]) -> dict[str, Any]:
    cited = [one["cited_text"] for one in sentence["citations"]]
    return {name: sentence[name] for name in ("status", "text", "cites", "why")} | {"cited": cited}


def _speed(model: str) -> dict[str, float]:
    """What the server counted: tokens read and written, and how many a second."""
    counters = dict(re.findall(r"^llamacpp:(\w+) ([\d.e+]+)$", httpx2.get(f"{model}/metrics").text, re.MULTILINE))
    return {
        "tokens_read": float(counters["prompt_tokens_total"]),
        "tokens_read_a_second": round(float(counters["prompt_tokens_seconds"]), 1),
        "tokens_written": float(counters["tokens_predicted_total"]),
        "tokens_written_a_second": round(float(counters["predicted_tokens_seconds"]), 1),
    }
