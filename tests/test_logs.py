"""What the service writes into its log."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import structlog

from api import logs
from api.settings import Settings
from test_server import running

QUESTION = "who took responsibility?"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers, logger.level
    yield logger
    logger.handlers, logger.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("asked_for", [False, True])
def test_a_question_is_logged_without_its_words_unless_they_are_asked_for(
    settings: Settings, tmp_path: Path, *, asked_for: bool
) -> None:
    set_ = {"PINCITE_LOG_FORMAT": "json", "PINCITE_LOG_QUESTIONS": str(asked_for)}
    with running(tmp_path / "data", settings.model, **set_) as url:
        httpx2.post(f"{url}/v1/ask", json={"question": QUESTION})
    written = (tmp_path / "data" / "server.log").read_text(encoding="utf-8")
    events = [json.loads(line) for line in written.splitlines()]
    assert [event.get("question") for event in events if event["message"] == "question"] == [
        QUESTION if asked_for else None
    ]
    assert [
        (event["method"], event["route"], event["status"]) for event in events if event["message"] == "request"
    ] == [("POST", "/v1/ask", 200)]
    assert (QUESTION in written) is asked_for


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_event_is_one_line_whatever_a_client_wrote(
    form: logs.LogFormat, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(form)
    forged = "x\n2026-01-01 ERROR api: forged\r\n"
    structlog.get_logger("api").info("request", name=forged)
    root.info("from a library: %s", forged)
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_library_says_twice_is_written_once(
    form: logs.LogFormat, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server says again, with colours for a terminal, what it says."""
    logs.configure(form)
    root.info("started", extra={"color_message": "\x1b[36mstarted"})
    assert "36m" not in capsys.readouterr().err


def test_a_traceback_stands_below_its_event_as_text_and_inside_it_as_json(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("text", "json"):
        logs.configure(form)
        try:
            raise ValueError("wrong")
        except ValueError:
            root.exception("it failed")
    lines = capsys.readouterr().err.splitlines()
    assert "ERROR root: it failed" in lines[0]
    assert lines[1] == "Traceback (most recent call last):"
    assert json.loads(lines[-1])["exception"].endswith("ValueError: wrong")
