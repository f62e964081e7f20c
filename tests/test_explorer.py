"""The interface's description as a page."""

import re

import pytest
from starlette.testclient import TestClient


def test_the_page_and_what_it_asks_for_come_from_the_service(service: TestClient) -> None:
    page = service.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    asked = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert asked == ["page/icon.svg", "docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"]
    for address in (*asked, "openapi.json"):
        assert service.get(f"/{address}").status_code == 200
    script = service.get("/docs/swagger-ui-bundle.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "SwaggerUIBundle" in script.text
    assert 'SwaggerUIBundle({\n  url: "openapi.json"' in service.get("/docs/start.js").text


def test_its_policy_lets_nothing_in_from_elsewhere(service: TestClient) -> None:
    policy = service.get("/docs").headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "connect-src 'self'" in policy
    assert re.findall(r"https?:|\*", policy) == []


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect", "/docs/redoc.standalone.js", "/docs/core.py"])
def test_there_is_nothing_else(service: TestClient, path: str) -> None:
    assert service.get(path).status_code == 404
