"""The documentation says what is so."""

import re
import subprocess
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.settings import Settings
from benchmarks.engines import report as engines
from benchmarks.floor import report as floor
from benchmarks.peers import report as peers
from benchmarks.quality import report
from benchmarks.reader import report as reading
from benchmarks.scale import report as scale
from benchmarks.speed import report as speed
from paths import ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
SCALE = (ROOT / "docs" / "SCALE.md").read_text(encoding="utf-8")
SESSIONS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def commands_of(session: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)[1:]
    return [(parts[i], parts[i + 1]) for i in range(0, len(parts), 2)]


@pytest.mark.parametrize(
    ("line", "printed"),
    [one for session in SESSIONS for one in commands_of(session) if one[0].startswith("pincite ")],
)
def test_a_command_in_the_readme_prints_what_the_readme_shows(command: Command, line: str, printed: str) -> None:
    """A line of three dots stands for any lines."""
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, text=True, check=True)  # noqa: S607
    output = command(*done.stdout.split("\0")[1:-1]).stdout
    pattern = ".*\n".join(re.escape(part) for part in printed.split("...\n"))
    assert re.fullmatch(pattern, output, re.DOTALL), output


def test_the_readme_shows_at_least_an_answer_and_a_refusal() -> None:
    lines = [line for session in SESSIONS for line, _ in commands_of(session)]
    assert sum(line.startswith("pincite ask") for line in lines) >= 2


@pytest.mark.parametrize(
    ("page", "begin", "end", "text", "command"),
    [
        (README, report.BEGIN, report.END, lambda: report.text(report.load()), "quality"),
        (
            README,
            reading.BEGIN,
            reading.END,
            lambda: reading.text(*map(reading.load, ("result", "curve", "again"))),
            "reader",
        ),
        (README, peers.BEGIN, peers.END, lambda: peers.text(peers.load()), "peers"),
        (ARCHITECTURE, peers.RATIOS_BEGIN, peers.RATIOS_END, lambda: peers.ratios(peers.load()), "peers"),
        (README, speed.BEGIN, speed.END, lambda: speed.text(speed.load()), "speed"),
        (ARCHITECTURE, speed.BUDGET_BEGIN, speed.BUDGET_END, lambda: speed.budget(speed.load()), "speed"),
        (ARCHITECTURE, floor.BEGIN, floor.END, lambda: floor.text(floor.load()), "floor"),
        (SCALE, scale.BEGIN, scale.END, lambda: scale.when(speed.load()), "scale"),
        (SCALE, scale.COST_BEGIN, scale.COST_END, lambda: scale.cost(scale.load(), speed.load()), "scale"),
        (SCALE, engines.BEGIN, engines.END, lambda: engines.text(engines.load()), "engines"),
    ],
    ids=["quality", "reader", "peers", "ratios", "speed", "budget", "floor", "when", "cost", "engines"],
)
def test_the_figures_on_a_page_are_those_of_the_committed_result(
    page: str, begin: str, end: str, text: Callable[[], str], command: str
) -> None:
    shown = page.partition(begin)[2].partition(end)[0]
    assert shown == text(), f"run 'python -m benchmarks.{command}.report'"


def test_the_ablation_is_that_of_the_committed_result() -> None:
    table = (ROOT / "benchmarks" / "quality" / "ablation.md").read_text(encoding="utf-8")
    assert table == report.ablation_table(report.load())


def test_every_setting_is_in_the_readme_with_its_meaning() -> None:
    for name, field in Settings.model_fields.items():
        assert f"| `PINCITE_{name.upper()}` | {field.description} |" in README


def test_every_command_is_in_the_readme(command: Command) -> None:
    listed = re.findall(r"^│ (\w+) ", command("--help", COLUMNS="120").stdout, re.MULTILINE)
    assert {"ask", "serve", "add", "remove", "list", "show", "eval"} <= set(listed)
    assert [name for name in listed if f"`pincite {name}" not in README] == []


def test_every_module_is_in_the_architecture() -> None:
    modules = [p for layer in ("index", "qa", "api") for p in (ROOT / layer).rglob("*.py") if p.stem != "__init__"]
    assert [str(p) for p in modules if f"`{p.stem}`" not in ARCHITECTURE] == []


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)", README + ARCHITECTURE + SCALE))
    assert named
    assert named <= targets


@pytest.mark.parametrize(("page", "least"), [("SECURITY.md", 11), ("docs/OPERATIONS.md", 11), ("docs/SCALE.md", 5)])
def test_every_test_that_a_page_names_exists(page: str, least: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) >= least
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in named}
    assert [f"{path}::{name}" for path, name in named if name and f"\ndef {name}(" not in sources[path]] == []


def test_operations_names_every_metric_and_no_other(service: TestClient) -> None:
    operations = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    families = text_string_to_metric_families(service.get("/metrics").text)
    counted = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
        if family.name.startswith("pincite_")
    }
    assert set(re.findall(r"`(pincite_\w+)`", operations)) == counted
