"""A kept citation is verified over HTTP and by the command."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from paths import SEED

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_over_http_an_answer_s_citation_is_verified(service: TestClient) -> None:
    citation = asked(service)
    body = service.post("/v1/verify", json=citation).json()
    assert body == {
        "verdict": "verified", "how": None, "similarity": 1.0, "citation": citation, "ambiguous": False,
        "places": [],
    }  # fmt: skip


def test_over_http_a_citation_moves_or_is_gone(service: TestClient) -> None:
    citation = asked(service)
    shifted = {**citation, "start_char_index": 3, "end_char_index": 119}
    moved = service.post("/v1/verify", json={**shifted, "document_id": "0" * 16}).json()
    assert (moved["verdict"], moved["how"], moved["citation"]) == ("moved", "quote", citation)
    gone = {"document_id": "0" * 16, "cited_text": "Zebra!", "start_char_index": 0, "end_char_index": 6}
    assert service.post("/v1/verify", json=gone).json() == {
        "verdict": "gone", "how": None, "similarity": None, "citation": None, "ambiguous": False, "places": [],
    }  # fmt: skip


def test_over_http_fields_of_another_version_are_left_alone(service: TestClient) -> None:
    citation = asked(service)
    assert service.post("/v1/verify", json={**citation, "colour": "red"}).json()["verdict"] == "verified"


def asked(service: TestClient) -> dict[str, Any]:
    answer = service.get("/v1/ask", params={"question": "who took responsibility?"}).json()
    return dict(answer["answer"]["citation"])


GOOD = {"document_id": "0" * 16, "cited_text": "x", "start_char_index": 0, "end_char_index": 1}
BAD = [
    ({}, 422, "body.document_id: Field required"),
    ({**GOOD, "document_id": "../x"}, 422, "body.document_id"),
    ({**GOOD, "cited_text": ""}, 422, "body.cited_text"),
    ({**GOOD, "cited_text": "x" * 20_001}, 422, "body.cited_text"),
    ({**GOOD, "cited_text": "a\ud800"}, 422, "lone surrogate (U+D800)"),
    ({**GOOD, "document_title": "a\ud800"}, 422, "lone surrogate (U+D800)"),
    ({**GOOD, "start_char_index": 1}, 422, "start_char_index must be below end_char_index"),
    ({**GOOD, "start_char_index": -1}, 422, "body.start_char_index"),
    ({**GOOD, "end_char_index": "5"}, 422, "body.end_char_index"),
    ({**GOOD, "document_sha256": "x"}, 422, "body.document_sha256"),
    ({**GOOD, "selectors": [{"prefix": "x"}]}, 422, "body.selectors.0.type"),
    ([], 422, "body"),
]


@pytest.mark.parametrize(("body", "status", "said"), BAD, ids=lambda value: str(value)[:40])
def test_over_http_what_is_no_citation_is_a_problem(
    service: TestClient, body: object, status: int, said: str
) -> None:
    response = service.post("/v1/verify", content=json.dumps(body), headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert said in response.json()["detail"]


def test_over_http_other_addresses_types_and_methods_are_problems(service: TestClient) -> None:
    responses = [
        service.post("/v1/verify/0", json=GOOD),
        service.get("/v1/verify"),
        service.post("/v1/verify", content=b"{}"),
        service.post("/v1/verify", content=b"{", headers={"content-type": "application/json"}),
    ]
    assert [response.status_code for response in responses] == [404, 405, 415, 400]
    assert {response.headers["content-type"] for response in responses} == {"application/problem+json"}
    assert responses[1].headers["allow"] == "POST"


@pytest.mark.parametrize("part", ["whole response", "answer", "citation"])
def test_the_command_verifies_what_ask_printed(command: Command, tmp_path: Path, part: str) -> None:
    body = json.loads(command("ask", "who took responsibility?", "--json").stdout)
    kept = {"whole response": body, "answer": body["answer"], "citation": body["answer"]["citation"]}[part]
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(kept), encoding="utf-8")
    done = command("verify", str(file))
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "verified: the same words stand there",
            body["answer"]["text"],
            f"  {SEED.name}, characters 0:116 (document {body['answer']['citation']['document_id']})",
        ],
    )


def test_the_command_says_moved_and_gone_with_status_1(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    citation = json.loads(command("ask", "who took responsibility?", "--json").stdout)["answer"]["citation"]
    file.write_text(json.dumps({**citation, "end_char_index": 99}), encoding="utf-8")
    moved = command("verify", str(file))
    assert (moved.returncode, moved.stdout.splitlines()[0]) == (1, "moved: the same words stand elsewhere now")
    file.write_text(json.dumps({**citation, "end_char_index": 99, "cited_text": "Zebra!"}), encoding="utf-8")
    gone = command("verify", str(file), "--json")
    assert (gone.returncode, json.loads(gone.stdout)["verdict"]) == (1, "gone")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "what was read is not JSON"),
        ("[" * 100_000, "what was read is not JSON"),
        ("5", "what was read is no citation"),
        ("{}", "what was read is no citation (document_id: Field required)"),
        ('{"answer": null}', "the documents did not answer, so nothing is cited"),
        ('{"answer": {"citation": 5}}', "what was read is no citation"),
    ],
)
def test_the_command_names_what_is_no_citation(command: Command, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text(content, encoding="utf-8")
    done = command("verify", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pincite: {said}")
    assert len(done.stderr.splitlines()) == 1


def test_the_command_names_a_file_that_is_not_there(command: Command) -> None:
    done = command("verify", "/no/such/file.json")
    problem = "Invalid value for 'FILE': file '/no/such/file.json' does not exist"
    assert (done.returncode, done.stderr) == (2, f"pincite: {problem}; see 'pincite verify --help'\n")
