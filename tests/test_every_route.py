"""Every route of the application, asked with every kind of key: the exact status."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.access.keyfile import add, path_of, revoke
from api.access.keys import Role, make
from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.documents import Document
from index.library import Library
from qa.answering import Answerer
from word_embedder import WordEmbedder

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
KEPT, CHANGED, GOING = (
    Document.from_text(f"The {word} came.", title="t", source="s") for word in ("storm", "crew", "rain")
)
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@dataclass(frozen=True, slots=True)
class Row:
    """What a request needs, what is answered to who has it, and what is sent."""

    needs: Literal["nothing", "read", "write"]
    status: int
    body: dict[str, Any] | None = None
    path: str = ""


ASK = {"question": "what came?"}
TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/"): Row("nothing", 200),
    ("GET", "/page/{name}"): Row("nothing", 200, path="/page/main.js"),
    ("GET", "/healthz"): Row("nothing", 200),
    ("GET", "/readyz"): Row("nothing", 200),
    ("GET", "/version"): Row("read", 200),
    ("GET", "/metrics"): Row("read", 200),
    ("GET", "/docs"): Row("read", 200),
    ("GET", "/docs/start.js"): Row("read", 200),
    ("GET", "/docs/{name}"): Row("read", 200, path="/docs/swagger-ui.css"),
    ("GET", "/openapi.json"): Row("read", 200),
    ("GET", "/v1/ask"): Row("read", 200, path="/v1/ask?question=what+came"),
    ("POST", "/v1/ask"): Row("read", 200, ASK),
    ("POST", "/v1/search"): Row("read", 200, ASK),
    ("POST", "/v1/verify"): Row("read", 422, {}),
    ("POST", "/mcp"): Row("read", 200, INITIALIZE),
    ("GET", "/v1/documents"): Row("read", 200),
    ("GET", "/v1/documents/{document_id}"): Row("read", 200, path=f"/v1/documents/{KEPT.id}"),
    ("GET", "/v1/documents/{document_id}/text"): Row("read", 200, path=f"/v1/documents/{KEPT.id}/text"),
    ("POST", "/v1/documents"): Row("write", 201, {"text": "The night came."}),
    ("PUT", "/v1/documents/{document_id}"): Row(
        "write", 200, {"text": "The letter came."}, f"/v1/documents/{CHANGED.id}"
    ),
    ("DELETE", "/v1/documents/{document_id}"): Row("write", 204, path=f"/v1/documents/{GOING.id}"),
    ("GET", "/v1/nothing"): Row("read", 404),
    ("POST", "/v1/nothing"): Row("write", 404, {}),
}
"""Every route that there is, and two requests for none."""
NO_KEY, WRONG, READ, WRITE, REVOKED = "no key", "wrong key", "read key", "write key", "revoked key"


def expected(row: Row) -> dict[str, int]:
    """The status for each kind of key, the one of role write last: it alone changes what is there."""
    if row.needs == "nothing":
        return dict.fromkeys((NO_KEY, WRONG, REVOKED, READ, WRITE), row.status)
    refused = {NO_KEY: 401, WRONG: 401, REVOKED: 401}
    return {**refused, READ: row.status if row.needs == "read" else 403, WRITE: row.status}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    settings = Settings(data=tmp_path_factory.mktemp("routed"))

    def opened(settings: Settings) -> Answerer:
        library = Library.local(settings.data, WordEmbedder("storm"))
        library.add([KEPT, CHANGED, GOING])
        return Answerer(library)

    return create_app(settings, opener=opened)


@pytest.fixture(scope="module")
def asking(app: FastAPI) -> Iterator[tuple[TestClient, dict[str, dict[str, str]]]]:
    """A client, and the headers that carry each kind of key."""
    settings: Settings = app.state.service.settings
    carrying = {NO_KEY: {}, WRONG: {"Authorization": "Bearer pincite_" + "A" * 43}}
    roles: tuple[tuple[str, Role], ...] = ((READ, "read"), (WRITE, "write"), (REVOKED, "write"))
    for name, role in roles:
        secret, key = make(name, role, created=NOW)
        add(path_of(settings), key)
        carrying[name] = {"Authorization": f"Bearer {secret}"}
    revoke(path_of(settings), [key.id])
    with TestClient(app, base_url=LOCAL) as client:
        wait_until_ready(client)
        yield client, carrying


def test_the_table_has_every_route(app: FastAPI) -> None:
    """Those that the application has, HEAD being GET's, and those that its description tells of."""
    routed = {
        (method, context.path or "")
        for context in iter_route_contexts(app.routes)
        for method in context.methods or ()
        if method != "HEAD"
    }
    described = {
        (method.upper(), path) for path, operations in app.openapi()["paths"].items() for method in operations
    }
    assert routed == {row for row in TABLE if row[1] != "/v1/nothing"}
    assert described <= routed


@pytest.mark.parametrize(("method", "route"), TABLE)
def test_each_kind_of_key_gets_the_status_of_the_table(
    method: str, route: str, asking: tuple[TestClient, dict[str, dict[str, str]]]
) -> None:
    client, carrying = asking
    row = TABLE[method, route]
    found = {}
    for name in expected(row):
        headers = {"Accept": "application/json, text/event-stream, */*", **carrying[name]}
        answers = [client.request(method, row.path or route, json=row.body, headers=headers)]
        if method == "GET":
            answers.append(client.head(row.path or route, headers=headers))
            assert answers[1].content == b""
        found[name] = answers[0].status_code
        assert {answer.status_code for answer in answers} == {found[name]}
    assert found == expected(row)
