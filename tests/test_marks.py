"""What every answer is marked with."""

import importlib.metadata
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from api.settings import Settings
from changed_library import changed_service
from test_keys import kept
from test_server import running

Command = Callable[..., subprocess.CompletedProcess[str]]
TOOK = re.compile(r'"took_ms":[^}]*')
MADE = re.compile(r"[0-9a-f]{16}")
REQUESTS = [
    ("GET", "/healthz", 200),
    ("GET", "/v1/documents", 200),
    ("GET", "/openapi.json", 200),
    ("HEAD", "/v1/documents", 200),
    ("GET", "/nothing", 404),
    ("POST", "/v1/ask", 415),
    ("PUT", "/v1/ask", 405),
    ("GET", "/v1/documents/nope", 422),
]


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS)
def test_every_answer_names_its_request_and_tells_browsers_how_to_treat_it(
    service: TestClient, method: str, path: str, status: int
) -> None:
    answers = [service.request(method, path) for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert all(MADE.fullmatch(name) for name in ids)
    assert ids[0] != ids[1]
    assert answers[0].headers["x-content-type-options"] == "nosniff"
    assert answers[0].headers["referrer-policy"] == "no-referrer"
    if status >= 400:
        assert answers[0].json()["instance"] == f"urn:pincite:request:{ids[0]}"


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("abc-123_4.5:6", True),
        ("0" * 64, True),
        ("0" * 65, False),
        ("", False),
        ("a b", False),
        ("a;b", False),
        ("<script>", False),
        ("é", False),
    ],
)
def test_a_client_s_own_id_is_taken_over_where_it_is_sane(service: TestClient, sent: str, taken: bool) -> None:
    answer = service.get("/nothing", headers={"x-request-id": sent.encode("latin-1")})
    found = answer.headers["x-request-id"]
    assert found == sent if taken else MADE.fullmatch(found)
    assert answer.json()["instance"] == f"urn:pincite:request:{found}"


def test_a_mistake_of_the_service_is_marked_too(tmp_path: Path) -> None:
    with changed_service(tmp_path) as client:
        answer = client.get("/v1/ask?question=what+came&min_confidence=0", headers={"x-request-id": "mine"})
    assert answer.status_code == 500
    assert (answer.headers["x-request-id"], answer.json()["instance"]) == ("mine", "urn:pincite:request:mine")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_log_names_request_and_key_and_a_keyed_answer_is_kept_by_no_cache(
    settings: Settings, tmp_path: Path
) -> None:
    """Two requests on one connection: what is bound to the first is not in the line of the second."""
    secret, key = kept(tmp_path / "keys", name="one")
    with (
        running(
            tmp_path, settings.model, PINCITE_API_KEYS_FILE=str(tmp_path / "keys"), PINCITE_LOG_FORMAT="json"
        ) as url,
        httpx2.Client(base_url=url) as client,
    ):
        answer = client.get("/v1/documents", headers={"Authorization": f"Bearer {secret}", "X-Request-ID": "first"})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        refused = client.get("/v1/documents", headers={"X-Request-ID": "second"})
        assert (refused.status_code, "cache-control" in refused.headers) == (401, False)
    log = (tmp_path / "server.log").read_text(encoding="utf-8").splitlines()
    lines = [json.loads(line) for line in log if '"request_id": ' in line]
    said = {line["request_id"]: (line.get("key"), line["status"]) for line in lines if line["message"] == "request"}
    assert (said["first"], said["second"]) == ((key.id, 200), (None, 401))
    assert secret not in "".join(log)


@pytest.mark.parametrize("path", ["/v1/ask?question=who", "/v1/documents/0fc29baff6a717ca/text"])
def test_a_large_answer_is_compressed_for_who_takes_it(service: TestClient, path: str) -> None:
    packed, plain = (service.get(path, headers={"accept-encoding": name}) for name in ("gzip", "identity"))
    assert [answer.headers.get("content-encoding") for answer in (packed, plain)] == ["gzip", None]
    assert [answer.headers["vary"] for answer in (packed, plain)] == ["Accept-Encoding"] * 2
    assert int(packed.headers["content-length"]) < 0.6 * int(plain.headers["content-length"])
    assert TOOK.sub("", packed.text) == TOOK.sub("", plain.text)


def test_the_service_says_its_version(service: TestClient) -> None:
    assert service.get("/version").json() == {"version": importlib.metadata.version("pincite")}


def test_a_check_says_what_the_service_would_start_with(command: Command, tmp_path: Path) -> None:
    done = command("serve", "--check", "--port", "8123")
    assert done.returncode == 0
    address, keys, library, reader = done.stdout.splitlines()
    assert address == "address: 127.0.0.1 port 8123"
    assert keys == "API keys: none; open to this machine only"
    assert re.fullmatch(r"library: 1 documents, \d+ passages, version \S+", library)
    assert reader.startswith("reader: pincite-reader-")
    kept(tmp_path / "keys")
    keyed = command("serve", "--check", PINCITE_API_KEYS_FILE=str(tmp_path / "keys"), PINCITE_RERANKER="none")
    assert keyed.stdout.splitlines()[1::2] == ["API keys: 1", "reader: none"]
    elsewhere = command("serve", "--check", "--host", "0.0.0.0")  # noqa: S104
    assert elsewhere.stdout.splitlines()[1] == "API keys: none; everybody may read, nobody write"


def test_a_check_fails_as_the_start_would(command: Command, tmp_path: Path) -> None:
    missing = str(tmp_path / "keys")
    checked, started = (command("serve", *check, PINCITE_API_KEYS_FILE=missing) for check in (["--check"], []))
    assert (checked.returncode, checked.stdout) == (2, "")
    assert checked.stderr.startswith(f"pincite: the file of the API keys {missing} is not there; mend it")
    assert checked.stderr.splitlines()[-1] == started.stderr.splitlines()[-1]
    assert command("serve", "--check", "--host", "192.0.2.1").returncode == 2
