"""The files of the page over HTTP; what they do is tried in a browser, see ``tests/browser``."""

import json
import re

import pytest
from starlette.testclient import TestClient

from index.formats.table import FORMATS
from paths import ROOT

PAGE = ROOT / "api" / "page"
FILES = sorted(path.name for path in PAGE.iterdir())
KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_served_as_what_it_is(service: TestClient, name: str) -> None:
    response = service.get(f"/page/{name}")
    assert (response.status_code, response.content) == (200, (PAGE / name).read_bytes())
    assert response.headers["content-type"] == KINDS[name.rpartition(".")[2]]
    assert response.headers["cache-control"] == "no-cache"
    again = service.get(f"/page/{name}", headers={"If-None-Match": f'"other", W/{response.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == response.headers["etag"]


def test_the_page_is_at_the_root(service: TestClient) -> None:
    assert service.get("/").content == (PAGE / "index.html").read_bytes()
    head = service.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/", "/page/main.js"])
def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(service: TestClient, path: str) -> None:
    headers = service.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_no_file_names_an_address_elsewhere_or_writes_html() -> None:
    """The one address is the name of SVG's vocabulary, which nobody asks."""
    for name in FILES:
        text = (PAGE / name).read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert re.findall(r"https?://|[a-z]+HTML\b|document\.write|\beval\(", text) == [], name


def test_the_page_asks_for_every_file_and_for_no_other() -> None:
    asked = set(re.findall(r'(?:href|src)="page/([^"]+)"', (PAGE / "index.html").read_text(encoding="utf-8")))
    assert asked | {"index.html"} == set(FILES)


def test_all_of_it_weighs_at_most_100_kb() -> None:
    assert sum((PAGE / name).stat().st_size for name in FILES) <= 100_000


@pytest.mark.parametrize("path", ["/page/none.js", "/page/", "/page/..%2Fsettings.py", "/page/../settings.py"])
def test_there_is_nothing_else(service: TestClient, path: str) -> None:
    response = service.get(path)
    assert (response.status_code, response.json()["type"]) == (404, "urn:pincite:problem:not-found")


def test_the_page_can_only_be_read(service: TestClient) -> None:
    response = service.post("/", headers={"origin": str(service.base_url)})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_the_page_names_the_formats_that_the_service_reads() -> None:
    text = (PAGE / "formats.js").read_text(encoding="utf-8")
    named = re.findall(r'^  "(.+?)": \[".+?", (\[.+\])\],$', text, re.MULTILINE)
    assert {kind: json.loads(endings) for kind, endings in named} == {
        one.media_type: [suffix for suffix in one.suffixes if suffix] for one in FORMATS
    }
