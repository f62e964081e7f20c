"""Who may do what: every route, with every kind of key and with none."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.access.keyfile import add, path_of, revoke
from api.access.keys import Role, make
from api.access.permission import Asked, Forbidden, permit
from api.access.policy import is_loopback
from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "BREW")
OPEN = ("/", "/healthz", "/readyz")
READING_POSTS = ("/v1/ask", "/v1/search", "/v1/verify", "/mcp")
PASSES = "passes"
NO_KEY, WRONG, READ, WRITE, REVOKED = "no key", "wrong key", "read key", "write key", "revoked key"


def paths_of(app: FastAPI) -> list[str]:
    """Every path that the application routes, and one that it does not."""
    paths = {context.path or "" for context in iter_route_contexts(app.routes)}
    named = {path.replace("{document_id}", "0123456789abcdef").replace("{name}", "main.js") for path in paths}
    return sorted(named | {"/v1/nothing"})


def needed(method: str, path: str) -> str:
    """The rule said once more: what reads, by name; all else changes something."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return "nothing" if path in OPEN or path.startswith("/page/") else "read"
    if (method == "POST" and path in READING_POSTS) or (method, path) == ("DELETE", "/mcp"):
        return "read"
    return "write"


def outcome(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int | str:
    """401, 403, or that the request came to the routes, whatever they said: the library is never opened here."""
    response = client.request(method, path, headers=headers, follow_redirects=False)
    if response.status_code not in (401, 403):
        return PASSES
    assert response.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        name = {401: "unauthorized", 403: "forbidden"}[response.status_code]
        assert response.json()["type"] == f"urn:pincite:problem:{name}"
        assert response.json()["remedy"]
    assert response.headers.get("www-authenticate") == ("Bearer" if response.status_code == 401 else None)
    return response.status_code


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, dict[str, str]]]:
    """Settings with a file of keys, and the header that carries each; one was revoked."""
    settings = Settings(data=tmp_path_factory.mktemp("keyed"), host="0.0.0.0")  # noqa: S104
    made = {NO_KEY: {}, WRONG: {"Authorization": "Bearer pincite_" + "A" * 43}}
    roles: tuple[tuple[str, Role], ...] = ((READ, "read"), (WRITE, "write"), (REVOKED, "write"))
    for name, role in roles:
        secret, key = make(name, role, created=NOW)
        add(path_of(settings), key)
        made[name] = {"Authorization": f"Bearer {secret}"}
    revoke(path_of(settings), [key.id])
    return settings, made


def test_every_route_needs_the_key_of_its_kind(headers: tuple[Settings, dict[str, dict[str, str]]]) -> None:
    settings, sent = headers
    app = create_app(settings)
    client = TestClient(app)
    expected: dict[str, dict[str, int | str]] = {
        "nothing": dict.fromkeys(sent, PASSES),
        "read": {NO_KEY: 401, WRONG: 401, READ: PASSES, WRITE: PASSES, REVOKED: 401},
        "write": {NO_KEY: 401, WRONG: 401, READ: 403, WRITE: PASSES, REVOKED: 401},
    }
    for path in paths_of(app):
        for method in METHODS:
            found = {name: outcome(client, method, path, header) for name, header in sent.items()}
            assert found == expected[needed(method, path)], (method, path)


@pytest.mark.parametrize(("host", "write"), [("0.0.0.0", 403), ("192.0.2.7", 403), ("here", 403), ("::1", PASSES)])  # noqa: S104
def test_without_keys_only_this_machine_may_write(tmp_path: Path, host: str, write: int | str) -> None:
    app = create_app(Settings(data=tmp_path, host=host))
    client = TestClient(app, base_url=LOCAL)
    for path in paths_of(app):
        for method in METHODS:
            expected = write if needed(method, path) == "write" else PASSES
            assert outcome(client, method, path, {}) == expected, (method, path)
    if write == 403:
        problem = client.delete("/v1/documents/0123456789abcdef").json()
        assert problem["detail"] == "without API keys nothing can be changed from elsewhere"
        assert problem["remedy"].startswith("make a key with 'pincite keys new --role write'")


def test_every_route_is_walked() -> None:
    """What the two tables above go through holds the routes that are known, and so those that are not."""
    paths = set(paths_of(create_app(Settings())))
    assert {"/v1/ask", "/v1/search", "/v1/verify", "/v1/documents", "/v1/documents/0123456789abcdef/text"} <= paths
    assert {"/docs", "/openapi.json", "/healthz", "/readyz"} <= paths
    assert [path for path in paths if "{" in path] == []


SENT = [
    ("Bearer {}", PASSES),
    ("bearer   {} ", PASSES),
    ("Basic {}", 401),
    ("{}", 401),
    ("Bearer", 401),
    ("Bearer ", 401),
    ("Bearer {}x", 401),
    ("Bearer {} {}", 401),
    ("Bearer x{}", 401),
    ("Bearer \xe9\xff", 401),
    ("Bearer " + "a" * 100_000, 401),
]


@pytest.mark.parametrize(("value", "expected"), SENT)
def test_only_the_whole_key_as_a_bearer_is_a_key(
    headers: tuple[Settings, dict[str, dict[str, str]]], value: str, expected: int | str
) -> None:
    settings, sent = headers
    secret = sent[READ]["Authorization"].removeprefix("Bearer ")
    client = TestClient(create_app(settings))
    response = client.get("/v1/documents", headers={"Authorization": value.replace("{}", secret).encode("latin-1")})
    assert (response.status_code if response.status_code == 401 else PASSES) == expected


def test_two_keys_at_once_are_none(headers: tuple[Settings, dict[str, dict[str, str]]]) -> None:
    settings, sent = headers
    both = [("Authorization", sent[name]["Authorization"]) for name in (READ, WRITE)]
    assert TestClient(create_app(settings)).get("/v1/documents", headers=both).status_code == 401


HOSTS = [
    ("127.0.0.1", None, PASSES),
    ("127.0.0.1:8000", "http://127.0.0.1:8000", PASSES),
    ("LOCALHOST:8000", "http://localhost:8000", PASSES),
    ("[::1]:8000", "http://[::1]:8000", PASSES),
    ("[::1]", None, PASSES),
    ("evil.example", None, 403),
    ("evil.example:8000", "http://evil.example:8000", 403),
    ("localhost.evil.example", None, 403),
    ("127.0.0.1.evil.example", None, 403),
    ("192.168.0.7:8000", None, 403),
    ("0.0.0.0:8000", None, 403),
    ("", None, 403),
    ("127.0.0.1:8000", "http://evil.example", 403),
    ("127.0.0.1:8000", "http://127.0.0.1:9000", 403),
    ("127.0.0.1:8000", "http://localhost:8000", 403),
    ("127.0.0.1:8000", "null", 403),
]


@pytest.mark.parametrize(("host", "origin", "expected"), HOSTS)
def test_on_loopback_without_keys_neither_another_name_nor_another_page_passes(
    tmp_path: Path, host: str, origin: str | None, expected: int | str
) -> None:
    client = TestClient(create_app(Settings(data=tmp_path)))
    sent = {"host": host} | ({"origin": origin} if origin else {})
    assert outcome(client, "POST", "/v1/documents", sent) == expected
    assert outcome(client, "GET", "/v1/documents", sent) == expected
    assert outcome(client, "GET", "/healthz", sent) == PASSES


def test_two_hosts_are_none() -> None:
    asked = Asked("GET", "/v1/documents", [("host", "localhost"), ("host", "localhost")])
    with pytest.raises(Forbidden):
        permit(asked, None, local=True)


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"])
def test_without_keys_a_proxy_on_this_machine_passes_no_write_on(tmp_path: Path, name: str) -> None:
    client = TestClient(create_app(Settings(data=tmp_path)), base_url=LOCAL)
    assert outcome(client, "POST", "/v1/documents", {name: "192.0.2.7"}) == 403
    assert outcome(client, "POST", "/v1/search", {name: "192.0.2.7"}) == PASSES


def test_a_key_that_is_made_counts_from_the_next_request_on(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    client = TestClient(create_app(settings), base_url=LOCAL)
    assert outcome(client, "GET", "/v1/documents", {}) == PASSES
    secret, key = make("", "read", created=NOW)
    add(path_of(settings), key)
    carrying = {"Authorization": f"Bearer {secret}"}
    assert [outcome(client, "GET", "/v1/documents", sent) for sent in ({}, carrying)] == [401, PASSES]
    revoke(path_of(settings), [key.id])
    assert [outcome(client, "GET", "/v1/documents", sent) for sent in ({}, carrying)] == [401, 401]


def test_the_answer_comes_with_a_key(settings: Settings, tmp_path: Path) -> None:
    keyed = settings.model_copy(update={"api_keys_file": tmp_path / "keys"})
    secret, key = make("", "read", created=NOW)
    add(tmp_path / "keys", key)
    with TestClient(create_app(keyed), headers={"Authorization": f"Bearer {secret}"}) as client:
        wait_until_ready(client)
        answer = client.get("/v1/ask", params={"question": "who took responsibility?"})
    assert answer.json()["answerable"] is True


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])  # noqa: S104
def test_the_log_warns_of_a_service_that_others_can_read(
    settings: Settings, host: str, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(settings.model_copy(update={"host": host}))):
        pass
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [
        "there are no API keys: whoever reaches 0.0.0.0 can ask and read the documents, and nobody can change "
        "them; make a key with 'pincite keys new'"
    ] * warned  # fmt: skip


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),  # noqa: S104
     ("::", False), ("10.0.0.1", False), ("example.org", False), ("", False)],
)  # fmt: skip
def test_loopback_is_told_by_the_address(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_the_description_tells_of_the_key_where_one_can_be_needed() -> None:
    description = create_app(Settings()).openapi()
    assert description["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            closed = needed(method.upper(), path) != "nothing"
            assert operation.get("security") == ([{}, {"key": []}] if closed else None)
            assert {"401", "403"} <= set(operation["responses"]) or not closed
