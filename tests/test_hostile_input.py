"""Hostile questions, documents and names, generated and sent to the real process by ``tests/hostile.py``."""

import json
from contextlib import closing
from http.client import HTTPMessage
from pathlib import Path

import pytest

from api.settings import Settings
from attacks import Attack
from hostile import PROBLEM, SETTINGS, Reply, Siege, besiege
from index.checking import check
from test_server import running

REQUESTS = 1000
ASK = Attack("question", "POST", b"/v1/ask")


def test_whatever_is_sent_the_service_keeps_its_manners_and_its_word(settings: Settings, tmp_path: Path) -> None:
    """No error of its own, problems only as problems, nothing injected, and every citation holds."""
    with running(tmp_path, settings.model, **SETTINGS) as url:
        figures = besiege(url, requests=REQUESTS, seed=1)
    assert figures.findings == []
    assert figures.kinds.total() == REQUESTS
    assert figures.citations > REQUESTS / 2
    assert check(tmp_path).faults == ()


@pytest.mark.parametrize(
    ("status", "headers", "body", "wrong"),
    [
        (500, {"Content-Type": PROBLEM}, {"status": 500}, "an error of the service's own"),
        (404, {"Content-Type": "text/plain"}, {"status": 404}, "a problem as text/plain"),
        (404, {"Content-Type": PROBLEM}, {"status": 400}, "another status in the problem"),
        (200, {"Content-Type": "text/plain", "X-Injected": "yes"}, {}, "an injected header"),
    ],
)
def test_what_is_wrong_is_found(status: int, headers: dict[str, str], body: dict[str, int], wrong: str) -> None:
    """The test of the test."""
    found = HTTPMessage()
    for name, value in headers.items():
        found[name] = value
    with closing(Siege("http://127.0.0.1:9")) as siege:
        siege.judge(ASK, Reply(status, found, json.dumps(body).encode(), 0.1))
    assert [one.partition(":")[0].startswith(wrong) for one in siege.figures.findings] == [True]


def test_a_citation_that_is_not_in_the_text_is_found() -> None:
    headers = HTTPMessage()
    headers["Content-Type"] = "application/json"
    citation = {"type": "char_location", "document_id": "0", "start_char_index": 1, "end_char_index": 3}
    with closing(Siege("http://127.0.0.1:9")) as siege:
        siege.texts["0"] = "e\u0301👩x"
        for cited in ("\u0301👩", "\u0301"):
            body = json.dumps({"answer": {"citation": {**citation, "cited_text": cited}}}).encode()
            siege.judge(ASK, Reply(200, headers, body, 0.1))
    assert (siege.figures.citations, len(siege.figures.findings)) == (2, 1)
