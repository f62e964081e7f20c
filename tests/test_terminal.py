"""What a person sees at the terminal: exact outputs, and sessions at a real pseudo-terminal of 80 columns."""

import json
import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from api.settings import Settings
from conftest import PINCITE, environment
from paths import SEED
from terminal import COLUMNS, ROWS, Terminal, terminal
from test_cli import ANSWER
from test_server import QUESTION, running

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty:DeprecationWarning")
GOLDEN = Path(__file__).parent / "golden"
REFUSED = "What is the boiling point of water?"
SECOND = (
    "Although Azerbaijan has pulled the trigger that has cost Russian lives, the orders given by Moscow to "
    "spokespersons and media go in the opposite direction: to charge against the government of Armenia, accusing "
    "Prime Minister Nikol Pashinyan of betraying the interests of Nagorno-Karabakh."
)


@pytest.fixture(scope="module")
def env(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a library of its own, whose answers do not depend on how busy the machine is."""
    set_ = environment(
        PINCITE_DATA=str(tmp_path_factory.mktemp("terminal")),
        PINCITE_MODEL=settings.model,
        PINCITE_READ_BUDGET_MS="60000",
    )
    kept = {name: value for name, value in set_.items() if name not in ("NO_COLOR", "PAGER", "LESS", "COLUMNS")}
    subprocess.run([PINCITE, "list"], env=kept, check=True, capture_output=True)
    return kept


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("terminal-server"), settings.model) as url:
        yield url


def compare(name: str, printed: str) -> None:
    """``GOLDEN=write pytest tests/test_terminal.py`` writes them anew, to be looked at."""
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8")


def at_a_terminal(env: dict[str, str], *arguments: str) -> str:
    """What a command writes to a terminal of 80 columns, codes and all."""
    line = f"exec {shlex.join([PINCITE, *arguments])} 2>/dev/null"
    set_ = {**env, "TERM": "xterm-256color"}
    process = pexpect.spawn("sh", ["-c", line], env=set_, dimensions=(ROWS, COLUMNS), timeout=60)
    process.expect(pexpect.EOF)
    process.close()
    return str(process.before.decode()).replace("\r\n", "\n")


@pytest.mark.parametrize(("name", "question"), [("answered", QUESTION), ("refused", REFUSED)])
@pytest.mark.parametrize("how", ["piped", "80-columns", "no-color"])
def test_an_answer_looks_as_it_did(env: dict[str, str], name: str, question: str, how: str) -> None:
    arguments = ("ask", question, "--top-k", "2")
    if how == "piped":
        done = subprocess.run([PINCITE, *arguments], env=env, check=False, capture_output=True, text=True)
        printed = done.stdout
        assert "\033" not in printed
    else:
        printed = at_a_terminal({**env, "NO_COLOR": "1"} if how == "no-color" else env, *arguments)
        assert ("\033[1;32m" in printed) == (how == "80-columns" and name == "answered")
    compare(f"{name}-{how}", printed)


def test_questions_on_standard_input_are_answered_line_by_line(env: dict[str, str]) -> None:
    """The status is that of the last one."""
    questions = f"{QUESTION}\n\n  {REFUSED}\r\n"
    arguments = [PINCITE, "ask", "--top-k", "1"]
    done = subprocess.run(arguments, env=env, check=False, capture_output=True, text=True, input=questions)
    assert (done.returncode, done.stderr) == (1, "")
    compare("lines-piped", done.stdout)
    lines = subprocess.run(
        [*arguments, "--json"], env=env, check=False, capture_output=True, text=True, input=questions
    ).stdout.splitlines()
    assert [json.loads(line)["question"] for line in lines] == [QUESTION, REFUSED]


def test_a_line_that_is_no_text_is_one_line_of_complaint(env: dict[str, str]) -> None:
    done = subprocess.run([PINCITE, "ask"], env=env, check=False, capture_output=True, input=b"\xff who?\n")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"pincite: character 0 of the question is not text")


def first_prompt(term: Terminal) -> None:
    rows = term.wait_for("Ask a question; a number opens that passage; :help says what else there is.")
    assert len(rows) <= 2
    term.settle()


def test_a_session_asks_opens_a_passage_at_its_place_and_leaves(env: dict[str, str]) -> None:
    with terminal(PINCITE, "ask", "--top-k", "2", env=env) as term:
        first_prompt(term)
        term.type(f"{QUESTION}\r")
        term.wait_for("2. ")
        rows = term.settle()
        assert (rows[1], rows[-1]) == (f"? {QUESTION}", "?")
        assert ANSWER in " ".join(row.strip() for row in rows)
        assert max(map(len, rows)) <= COLUMNS
        term.type("2\r")
        rows = term.wait_for(f"{SEED.name} (q goes back)")
        marked = " ".join(row for row in rows if row).replace("  ", " ")
        assert SECOND in marked
        assert rows[6].startswith(SECOND[:60]), "the sentence stands below six rows of what is before it"
        assert term.marked("reverse").startswith(SECOND[:70])
        assert "".join(SECOND.split()) in "".join(term.marked("reverse").split())
        term.type("q")
        term.settle()
        term.type(":open\r")
        assert term.wait_for(f"{SEED.name} (q goes back)")[0] == ANSWER[:69]
        term.type("q")
        term.settle()
        term.type(":quit\r")
        assert term.ended() == 0


def test_a_service_is_talked_to_in_the_same_way(env: dict[str, str], server: str) -> None:
    with terminal(PINCITE, "ask", "--top-k", "1", "--url", server, env=env) as term:
        first_prompt(term)
        term.type(f"{REFUSED}\r")
        term.wait_for("The documents do not say.")
        term.wait_for("1. ")
        term.settle()
        term.type(":open 90540\r")
        term.wait_for(f"{SEED.name} (q goes back)")
        term.type("q")
        term.settle()
        term.type("\x04")
        assert term.ended() == 0


def test_names_complete_lines_are_dropped_and_mistakes_are_said(env: dict[str, str]) -> None:
    with terminal(PINCITE, "ask", "--fast", env=env) as term:
        first_prompt(term)
        term.type(":in 905\t")
        term.wait_for(f"? :in {SEED.name}")
        term.type("\x03")
        term.settle()
        for line, said in (
            (":frobnicate", "pincite: there is no command :frobnicate; see :help for those there are"),
            ("7", "pincite: there is no passage 7; ask something first"),
            (":open", "pincite: there is no answer to open; ask something first, or write :open NAME"),
            (":in nowhere", "pincite: no document is called 'nowhere'; see :documents"),
            (":in 90540", f"Asking {SEED.name} only; :in asks all again."),
        ):
            term.type(f"{line}\r")
            assert term.wait_for(said)[-1].endswith("?") or term.settle()[-1].endswith("?")
        assert term.settle()[-1] == f"{SEED.name} ?"
        term.type(f"{QUESTION}\r")
        term.wait_for("5. ")
        term.type(":help\r")
        rows = term.wait_for(":quit, Ctrl-D")
        assert "  :open           opens the document of the answer; :open NAME any other" in rows
        term.type("\x04")
        assert term.ended() == 0


def test_earlier_questions_come_back_and_nobody_else_reads_them(env: dict[str, str]) -> None:
    history = Path(env["PINCITE_DATA"]) / "history"
    history.unlink(missing_ok=True)
    for keys in (":documents\r", "\x1b[A"):
        with terminal(PINCITE, "ask", "--fast", env=env) as term:
            first_prompt(term)
            term.type(keys)
            term.wait_for(SEED.name if keys.endswith("\r") else "? :documents")
            term.type("\x03\x04")
            assert term.ended() == 0
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_without_a_pager_the_surroundings_are_printed(env: dict[str, str]) -> None:
    with terminal(PINCITE, "ask", "--fast", env={**env, "PAGER": "no-such-pager"}) as term:
        first_prompt(term)
        term.type(":open 90540\r")
        rows = term.wait_for(ANSWER[:60])
        assert SEED.name in rows
        term.type("\x04")
        assert term.ended() == 0
