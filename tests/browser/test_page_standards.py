"""The page in a real browser: accessibility, size, policy, and how it looks."""

import json
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Error, Page, expect

from browser.conftest import SCREENSHOTS, Visit
from browser.test_page import SEED_ID

pytestmark = pytest.mark.browser
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
VIEWS = {
    "home": ("#/", ".welcome"),
    "answer": ("#/ask?q=who+took+responsibility%3F", ".passage"),
    "several": ("#/ask?q=How+many+peacekeepers+died%3F", ".also"),
    "unanswerable": ("#/ask?q=What+is+the+boiling+point+of+water%3F", ".none"),
    "document": (f"#/documents/{SEED_ID}?start=520&end=682", "mark.place"),
    "documents": ("#/documents", ".documents li"),
    "not-found": ("#/documents/0123456789abcdef", ".state"),
}
SCHEMES = ["light", "dark"]
MAX_BYTES = 100_000


def opened(visit: Visit, origin: str, view: str, **options: Any) -> Page:
    address, drawn = VIEWS[view]
    page = visit(origin, address, **options)
    expect(page.locator(drawn).first).to_be_visible()
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical: the rule, and where."""
    page.evaluate(AXE)
    found = json.loads(page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then(JSON.stringify)"))
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(library: str, visit: Visit, view: str, scheme: str) -> None:
    page = opened(visit, library, view, color_scheme=scheme, bypass_csp=True)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_the_dialogs(library: str, visit: Visit, scheme: str) -> None:
    page = opened(visit, library, "documents", color_scheme=scheme, bypass_csp=True)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete hostile.txt").click()
    expect(page.get_by_role("dialog", name="Delete this document?")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.evaluate("document.getElementById('key-dialog').showModal()")
    assert violations(page) == []


def test_everything_that_the_page_is_made_of_weighs_at_most_100_kb(library: str, visit: Visit) -> None:
    page = visit(library, "about:blank")
    weights: dict[str, int] = {}
    page.on("response", lambda response: weights.update({urlsplit(response.url).path: len(response.body())}))
    page.goto(f"{library}/")
    expect(page.locator(".welcome")).to_be_visible()
    page.wait_for_load_state("networkidle")
    made_of = {path: weight for path, weight in weights.items() if not path.startswith("/v1/")}
    assert {"/", "/page/main.js", "/page/style.css", "/page/icon.svg"} <= set(made_of)
    assert sum(made_of.values()) <= MAX_BYTES, made_of


def test_the_policy_is_strict_and_holds(library: str, visit: Visit) -> None:
    policy = httpx2.get(f"{library}/").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
        "connect-src": "'self'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'", "trusted-types": "'none'",
    }  # fmt: skip
    page = visit(library, expected="This document requires 'TrustedHTML' assignment")
    expect(page.locator(".welcome")).to_be_visible()
    for refused in ("document.body.innerHTML = '<p>x</p>'", "document.write('x')"):
        with pytest.raises(Error, match="TypeError"):
            page.evaluate(refused)
    expect(page.locator(".welcome")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_small_screen(library: str, visit: Visit, view: str) -> None:
    page = opened(visit, library, view, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_moves_for_who_wants_no_motion(library: str, visit: Visit) -> None:
    page = opened(visit, library, "answer", reduced_motion="reduce")
    durations = page.evaluate(
        "[...new Set([...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration))]"
    )
    assert durations == ["0s"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_screenshots_are_written(library: str, visit: Visit, width: int, scheme: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    height = 844 if width < 600 else width * 10 // 16
    page = opened(visit, library, "home", viewport={"width": width, "height": height}, color_scheme=scheme)
    for view, (address, drawn) in VIEWS.items():
        page.goto(f"{library}/{address}")
        expect(page.locator(drawn).first).to_be_visible()
        path = SCREENSHOTS / f"{view}-{width}-{scheme}.png"
        page.screenshot(path=path)
        assert path.stat().st_size > 10_000
