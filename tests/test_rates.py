"""How often one client may ask."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.access.keyfile import add, path_of
from api.access.keys import make
from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL

PATH = "/v1/documents"


def client(folder: Path, *, address: str = "127.0.0.1", per_minute: int | None = 2) -> TestClient:
    """A client of a service whose library is never opened: what passes is answered 503."""
    app = create_app(Settings(data=folder, rate_limit_per_minute=per_minute))
    return TestClient(app, base_url=LOCAL, client=(address, 1))


def test_beyond_the_rate_a_client_is_refused_and_told_when_to_ask_again(tmp_path: Path) -> None:
    asking = client(tmp_path)
    answers = [asking.get(PATH) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 429, 429]
    assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"minute";q=2;w=60'] * 4
    left, seconds = zip(*(answer.headers["ratelimit"].split(";t=") for answer in answers), strict=True)
    assert left == ('"minute";r=1', '"minute";r=0', '"minute";r=0', '"minute";r=0')
    assert all(50 <= int(second) <= 60 for second in seconds)
    assert answers[2].headers["retry-after"] == seconds[2]
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert answers[2].json() == {
        "type": "urn:pincite:problem:too-many-requests",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "this client asks too often",
        "remedy": f"ask again in {seconds[2]} s",
        "errors": [],
        "instance": f"urn:pincite:request:{answers[2].headers['x-request-id']}",
    }


def test_health_is_free_also_beyond_the_rate(tmp_path: Path) -> None:
    asking = client(tmp_path)
    for _ in range(3):
        asking.get(PATH)
    answer = asking.get("/healthz")
    assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)


def test_without_the_setting_there_is_no_rate(tmp_path: Path) -> None:
    answer = client(tmp_path, per_minute=None).get(PATH)
    assert "ratelimit" not in answer.headers


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "192.0.2.1", False),
    ],
)
def test_without_keys_an_address_is_a_client_and_so_is_a_network_of_ipv6(
    tmp_path: Path, one: str, other: str, same: bool
) -> None:
    app = create_app(Settings(data=tmp_path, rate_limit_per_minute=1))
    answers = [TestClient(app, base_url=LOCAL, client=(address, 1)).get(PATH) for address in (one, other)]
    assert [answer.status_code for answer in answers] == [503, 429 if same else 503]


def test_each_key_has_a_rate_of_its_own_wherever_it_is_sent_from(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, rate_limit_per_minute=1)
    app = create_app(settings)
    found = []
    for name in ("one", "other"):
        secret, key = make(name, "read", created=datetime(2026, 11, 22, tzinfo=UTC))
        add(path_of(settings), key)
        for address in ("192.0.2.1", "192.0.2.2"):
            sent = {"Authorization": f"Bearer {secret}"}
            found.append(TestClient(app, client=(address, 1)).get(PATH, headers=sent).status_code)
    assert found == [503, 429, 503, 429]


def test_a_request_without_a_valid_key_costs_nobody_s_rate(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, rate_limit_per_minute=1)
    app = create_app(settings)
    _, key = make("", "read", created=datetime(2026, 11, 22, tzinfo=UTC))
    add(path_of(settings), key)
    answers = [TestClient(app).get(PATH) for _ in range(3)]
    assert [(answer.status_code, "ratelimit" in answer.headers) for answer in answers] == [(401, False)] * 3
