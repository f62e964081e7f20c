"""The command line, as a person runs it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.settings import Settings
from conftest import PINCITE, environment
from paths import QUESTIONS, ROOT, SEED

Command = Callable[..., subprocess.CompletedProcess[str]]
ANSWER = (
    "Azerbaijan has taken responsibility for the deaths of several Russian peacekeepers in Nagorno-Karabakh "
    "on Wednesday."
)


def seed_id(command: Command) -> str:
    documents = json.loads(command("list", "--json").stdout)["documents"]
    return str(next(d["id"] for d in documents if d["title"] == SEED.name))


def test_ask_prints_the_sentence_its_place_and_the_passages(command: Command) -> None:
    done = command("ask", "who took responsibility?", "--top-k", "3")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0] == ANSWER
    assert lines[1].startswith(f"  {SEED.name}, characters 0:116 (document {seed_id(command)}), confidence 0.")
    assert [line for line in lines if line[:2] in ("1.", "2.", "3.")] == [
        line for line in lines if f"{SEED.name}, characters" in line
    ][1:]


def test_ask_says_that_the_documents_do_not_say(command: Command) -> None:
    done = command("ask", "What is the boiling point of water?")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "The documents do not say.")
    assert "Nearest passages" in done.stdout


def test_ask_prints_the_http_body(command: Command) -> None:
    body = json.loads(command("ask", "who took responsibility?", "--json").stdout)
    assert body["answer"]["citation"]["selectors"][1] == {"type": "TextPositionSelector", "start": 0, "end": 116}


def test_show_prints_exactly_what_a_citation_names(command: Command) -> None:
    document = seed_id(command)
    assert command("show", document, "--at", "0:116").stdout == ANSWER + "\n"
    assert command("show", document).stdout == SEED.read_text(encoding="utf-8") + "\n"


@pytest.mark.parametrize("at", ["5", "5:5", "9:4", "0:99999", "-1:5", "a:b", "\u0663:\u0665", "0:" + "9" * 5000])
def test_a_range_that_is_none_is_refused(command: Command, at: str) -> None:
    done = command("show", seed_id(command), "--at", at)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "write START:END, at most 0:4703" in done.stderr


def test_list_is_tab_separated_when_piped(command: Command) -> None:
    assert command("list").stdout.splitlines()[0].split("\t") == [seed_id(command), "4703", "10", SEED.name]


def test_a_document_is_added_asked_about_and_removed(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "lighthouse.txt"
    file.write_text("The lighthouse at Skerry was painted green in 1911 by Ada Brandt.\n", encoding="utf-8")
    added = command("add", str(file)).stdout.split()
    assert (added[0], added[2]) == ("added", "lighthouse.txt")
    assert command("add", str(tmp_path)).stdout == f"unchanged  {added[1]}  lighthouse.txt\n"
    asked = command("ask", "Who painted the lighthouse?")
    assert asked.stdout.splitlines()[0] == "The lighthouse at Skerry was painted green in 1911 by Ada Brandt."
    assert command("remove", added[1]).returncode == 0
    assert "Skerry" not in command("ask", "Who painted the lighthouse?").stdout
    assert command("remove", added[1]).stderr.startswith(f"pincite: there is no document '{added[1]}'")


def test_a_document_may_be_called_by_its_title(command: Command, tmp_path: Path) -> None:
    for name in ("ferry.txt", "old ferry.txt"):
        (tmp_path / name).write_text(f"The {name[:-4]} was launched in Bergen in 1911.\n", encoding="utf-8")
    command("add", str(tmp_path))
    assert command("show", "FERRY.txt").stdout == "The ferry was launched in Bergen in 1911.\n\n"
    assert command("show", "old").stdout == "The old ferry was launched in Bergen in 1911.\n\n"
    asked = command("ask", "Where was it launched?", "--document", "old ferry.txt", "--json")
    assert {one["citation"]["document_title"] for one in json.loads(asked.stdout)["passages"]} == {"old ferry.txt"}
    several = command("show", "ferry")
    assert several.stderr.startswith("pincite: 2 documents are called so: ferry.txt (")
    assert several.stderr.endswith("; write more of it, or the id\n")
    assert command("remove", "ferry.txt", "old ferry.txt").returncode == 0
    assert "ferry" not in command("list").stdout


def test_a_document_may_be_called_by_its_file(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    for name, title in {"march.md": "Fourth meeting", "april.md": "Fifth meeting"}.items():
        (folder / name).write_text(f"# {title}\n\nThe board met in the old mill.\n", encoding="utf-8")
    command("add", str(tmp_path))
    assert command("show", "march.md").stdout.startswith("# Fourth meeting\n")
    assert command("show", "minutes/April").stdout.startswith("# Fifth meeting\n")
    assert command("remove", "MARCH.md", "minutes/april.md").returncode == 0
    assert "meeting" not in command("list").stdout


def test_what_two_files_say_in_the_same_words_is_printed_once_with_both_places(
    command: Command, tmp_path: Path
) -> None:
    for name, more in (("herald.txt", ""), ("mail.txt", " Bring a coat.")):
        (tmp_path / name).write_text(
            f"The ferry to Foula leaves Walls at half past nine. It takes two hours.{more}\n", encoding="utf-8"
        )
    command("add", str(tmp_path))
    printed = command("ask", "When does the ferry to Foula leave Walls?", "--top-k", "1").stdout
    ids = {line.split("\t")[3]: line.split("\t")[0] for line in command("list").stdout.splitlines()}
    command("remove", "herald.txt", "mail.txt")
    first = printed.splitlines()[1].split(",")[0].strip()
    other = {"herald.txt": "mail.txt", "mail.txt": "herald.txt"}[first]
    assert printed.splitlines()[-1] == f"   the same in {other}, characters 0:50 (document {ids[other]})"


def test_help_is_had_as_people_ask_for_it(command: Command) -> None:
    assert command("help").stdout == command("--help").stdout
    assert command("help", "ask").stdout == command("ask", "--help").stdout


def test_eval_measures_the_seed_questions(command: Command) -> None:
    report = json.loads(command("eval", str(QUESTIONS), "--json").stdout)
    found = report["parts"]["abstention"]
    assert (report["questions"], found["answerable"], found["unanswerable"]) == (14, 10, 4)
    assert report["parts"]["evidence"]["sentence_1"] == 1.0


def test_settings_are_listed_with_their_origin(command: Command) -> None:
    printed = command("settings", PINCITE_PORT="7777", COLUMNS="40").stdout
    assert [line.split() for line in printed.splitlines() if line.startswith("PINCITE_PORT")] == [
        ["PINCITE_PORT=7777", "(environment)"]
    ]


def test_a_reader_that_goes_away_is_no_error(settings: Settings, tmp_path: Path) -> None:
    """As in ``pincite ask … | head -n 1``: no traceback, and the status of an answer."""
    script = f"'{PINCITE}' ask 'who took responsibility?' | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env=environment(PINCITE_DATA=str(tmp_path / "data"), PINCITE_MODEL=settings.model),
    )
    assert (done.returncode, done.stderr) == (0, "Embedding passages …\n")


BAD = [
    (["ask", ""], {}, "the question is empty; ask something"),
    (["ask", "x" * 2001], {}, "the question has 2001 characters; ask in at most 2000"),
    (["ask", "a\x01b"], {}, "character 1 of the question is not text (U+0001)"),
    (["ask", "x", "--top-k", "0"], {}, "Invalid value for '--top-k'"),
    (["ask", "x", "--top-k", "51"], {}, "Invalid value for '--top-k'"),
    (["ask", "x", "--top-k", "five"], {}, "Invalid value for '--top-k'"),
    (["ask", "x", "--document", "nope"], {}, "no document is called 'nope'; see 'pincite list'"),
    (["ask", "x", "--nope"], {}, "No such option: --nope"),
    (["nope"], {}, "No such command 'nope'; see 'pincite --help'"),
    (
        ["verify", "/no/such/file"],
        {},
        "Invalid value for 'FILE': file '/no/such/file' does not exist; see 'pincite v",
    ),
    (
        ["restore", "/no/such/file"],
        {},
        "Invalid value for 'FILE': file '/no/such/file' does not exist; see 'pincite r",
    ),
    (["ask", "x", "--document", "0" * 16], {}, "there is no document '0000000000000000'"),
    (["ask", "x", "--url", "here"], {}, "'here' is not an address; write it as http://127.0.0.1:8000"),
    (["ask", "x", "--url", "http://127.0.0.1:9"], {}, "no service answers at http://127.0.0.1:9"),
    (["ask"], {}, "there is no question; write one in quotes behind 'pincite ask', or one a line to its input"),
    (["frobnicate"], {}, "No such command 'frobnicate'"),
    (["serv"], {}, "No such command 'serv'. Did you mean 'serve'? See 'pincite --help'"),
    (["delete", "x"], {}, "No such command 'delete'; what does that is 'pincite remove'"),
    (["keys", "delete"], {}, "No such command 'delete'; see 'pincite keys --help'"),
    (["show", "0" * 16], {}, "there is no document '0000000000000000'"),
    (["add", "/no/such/file.txt"], {}, "/no/such/file.txt: there is no such file or folder"),
    (["add", ""], {}, "Invalid value for 'PATH…': a path is empty; name a file or a folder"),
    (["add", str(ROOT / "seeds"), "--glob", "*.none"], {}, "Invalid value for 'PATH…': there are no files there"),
    (
        ["add", "x", "--watch", "--url", "http://127.0.0.1:9"],
        {},
        "Invalid value for '--watch': a running",
    ),
    (["add", "x", "--workers", "ray://h:1", "--watch"], {}, "Invalid value for '--workers': a cluster embeds only"),
    (["add", "x", "--workers", "ray://h:1", "--url", "http://h"], {}, "Invalid value for '--workers': a cluster"),
    (["ask", "x", "--url", "http://[::1"], {}, "'http://[::1' is not an address"),
    (["ask", "x", "--url", "http://a..b/"], {}, "no service answers at http://a..b"),
    (["show", "nope"], {}, "no document is called 'nope'; see 'pincite list'"),
    (["show", ""], {}, "no document is called ''; see 'pincite list'"),
    (["remove", SEED.name, SEED.name[:-1]], {}, f"no document is called '{SEED.name[:-1]}'; see 'pincite list'"),
    (["show", "\udcff"], {}, "no document is called '?'"),
    (["remove", "\udcff"], {}, "no document is called '?'"),
    (["serve", "--host", ""], {}, "Invalid value for '--host'"),
    (["list"], {"PINCITE_HOST": ""}, "the setting PINCITE_HOST cannot be ''"),
    (["eval", "/no/such/file.jsonl"], {}, "/no/such/file.jsonl: cannot be read"),
    (["list"], {"PINCITE_PROT": "1"}, "there is no setting PINCITE_PROT; did you mean PINCITE_PORT?"),
    (["list"], {"PINCITE_PORT": "x"}, "the setting PINCITE_PORT cannot be 'x'"),
    (["list"], {"PINCITE_DATA": "/proc/none"}, "the library's folder /proc/none cannot be written"),
    (["list"], {"PINCITE_MODEL": "nope"}, "there is no model 'nope' on this machine"),
]


@pytest.mark.parametrize(("arguments", "set_", "said"), BAD, ids=lambda value: str(value)[:30])
def test_a_mistake_is_one_line_and_status_2(
    command: Command, arguments: list[str], set_: dict[str, str], said: str
) -> None:
    done = command(*arguments, **set_)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"pincite: {said}")


def test_a_tampered_model_is_named(command: Command, compiled: Path, tmp_path: Path) -> None:
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "model.onnx").open("r+b") as model:
        model.seek(1_000_000)
        model.write(b"tampered")
    done = command("ask", "x", PINCITE_MODEL=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith(f"pincite: the model file {tmp_path}/model.onnx is not the expected one")


@pytest.mark.parametrize(
    "arguments",
    [[], ["ask"], ["serve"], ["add"], ["verify"], ["check"], ["backup"], ["restore"], ["compile"], ["eval"]],
)
def test_help_teaches(command: Command, arguments: list[str]) -> None:
    done = command(*arguments, "--help")
    assert done.returncode == 0
    assert "Usage: pincite" in done.stdout
