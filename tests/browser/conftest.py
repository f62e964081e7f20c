"""A real browser on the page of real server processes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.settings import Settings
from browser.texts import HOSTILE, TRAVELS
from paths import ROOT, SEED
from test_server import running

SCREENSHOTS = ROOT / "screenshots"
PATIENCE_MS = 20_000
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    assert chromium, "there is no chromium; install it with 'apt-get install chromium'"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def library(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service with documents that the tests only read: its address."""
    seeds = tmp_path_factory.mktemp("seeds")
    shutil.copy(SEED, seeds)
    (seeds / "travels.txt").write_text(TRAVELS, encoding="utf-8")
    (seeds / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    with running(tmp_path_factory.mktemp("read"), settings.model, PINCITE_SEEDS=str(seeds)) as url:
        yield url


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library that the tests change."""
    return tmp_path_factory.mktemp("changed")


@pytest.fixture(scope="session")
def changed(settings: Settings, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose library the tests change, empty at first: its address."""
    seeds = tmp_path_factory.mktemp("no-seeds")
    with running(folder, settings.model, PINCITE_SEEDS=str(seeds)) as url:
        yield url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens an address in a browser of its own; every page must stay in its origin, without an error."""
    contexts: list[BrowserContext] = []
    asked: list[tuple[str, str]] = []
    wrong: list[str] = []

    def watch(page: Page, origin: str, expected: str) -> None:
        page.on("request", lambda request: asked.append((origin, request.url)))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: (
                wrong.append(said.text)
                if said.type == "error" and not said.text.startswith(("Failed to load resource", expected))
                else None
            ),
        )

    def visited(
        origin: str, address: str = "", *, script: str | None = None, expected: str = "-", **options: Any
    ) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        watch(page, origin, expected)
        page.goto(f"{origin}/{address}")
        return page

    yield visited
    for context in contexts:
        context.close()
    assert [url for origin, url in asked if not url.startswith((f"{origin}/", f"blob:{origin}"))] == []
    assert wrong == []
