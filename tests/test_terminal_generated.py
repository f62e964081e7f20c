"""What a language model wrote, on the command line."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from scripted_model import Script, ScriptedModel, scripted_model
from test_server import running

Command = Callable[..., subprocess.CompletedProcess[str]]
ASK = ("ask", "who took responsibility?", "--top-k", "1", "--generate")
SHOWN = [
    "Written by tiny, and checked",
    "Azerbaijan took responsibility for the deaths of Russian peacekeepers. [1]",
    "unsupported: Armenia did not. [1] (passage 1: no sentence of it holds the name “Armenia” and a denial)",
]


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as server:
        server.script = Script(
            ["Azerbaijan took responsibility for the deaths of Russian peacekeepers [1]. Armenia did not [1]."]
        )
        yield server


def test_the_local_library_s_answer_is_shown_with_what_was_written(command: Command, model: ScriptedModel) -> None:
    done = command(*ASK, PINCITE_LLM_URL=model.url, PINCITE_LLM_MODEL="tiny")
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[2:6]) == (0, ["", *SHOWN])
    body = json.loads(command(*ASK, "--json", PINCITE_LLM_URL=model.url).stdout)
    assert [one["status"] for one in body["answer"]["generated"]["sentences"]] == ["supported", "unsupported"]


def test_a_running_service_s_answer_is_shown_alike(
    command: Command, model: ScriptedModel, settings: Settings, tmp_path: Path
) -> None:
    with running(tmp_path, settings.model, PINCITE_LLM_URL=model.url, PINCITE_LLM_MODEL="tiny") as url:
        assert command(*ASK, "--url", url).stdout.splitlines()[2:6] == ["", *SHOWN]


def test_without_a_model_it_is_said_what_to_set(command: Command) -> None:
    done = command(*ASK)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "pincite: no language model is set up to write answers; set PINCITE_LLM_URL and PINCITE_LLM_MODEL, or ask "
        "without 'generate'\n"
    )


def test_a_key_is_not_shown_among_the_settings(command: Command) -> None:
    printed = command("settings", PINCITE_LLM_KEY="sk-very-secret", COLUMNS="200").stdout
    assert "PINCITE_LLM_KEY" in printed
    assert "sk-very-secret" not in printed
