"""Questions that are kept to documents by their metadata, over HTTP and on the command line."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from test_server import running

Command = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = "Who painted the lighthouse?"
LINES = (
    ("The lighthouse was painted green by Ada Brandt.", {"author": "Ada", "date": "1911-05-17", "pages": 3}),
    ("The lighthouse was painted red by Olaf Lund.", {"author": "Olaf", "date": "1924", "pages": 40, "seen": True}),
    ("The lighthouse was painted white by Ilse Marten.", {"author": "Ilse", "date": "1924-02-01"}),
)
ADA, OLAF, ILSE = (text for text, _ in LINES)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    lines = [json.dumps({"text": text, "metadata": metadata}) for text, metadata in LINES]
    (folder / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def service(settings: Settings, seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    own = settings.model_copy(update={"data": tmp_path_factory.mktemp("where"), "seeds": seeds})
    with TestClient(create_app(own), base_url=LOCAL) as client:
        wait_until_ready(client)
        yield client


CASES = [
    ({"author": "Ada"}, ["author=Ada"], {ADA}),
    ({"author": ["Ada", "Ilse"]}, ["author=Ada", "author=Ilse"], {ADA, ILSE}),
    ({"date": {"from": "1924-01-01", "to": "1924-12-31"}}, ["date>=1924-01-01", "date<=1924-12-31"], {OLAF, ILSE}),
    ({"date": {"to": "1923"}}, ["date<=1923"], {ADA}),
    ({"pages": {"from": 3, "to": 39.5}}, ["pages>=3", "pages<=39.5"], {ADA}),
    ({"seen": True}, ["seen=true"], {OLAF}),
    ({"date": "1924", "author": "Ilse"}, ["date=1924", "author=Ilse"], {ILSE}),
    ({"publisher": "Ada"}, ["publisher=Ada"], set()),
    ({"author": {"from": 1}}, ["author>=1"], set()),
]


@pytest.mark.parametrize(("wanted", "where", "found"), CASES, ids=lambda value: str(value)[:40])
def test_a_question_finds_only_what_the_filter_keeps(
    service: TestClient, wanted: dict[str, object], where: list[str], found: set[str]
) -> None:
    bodies = [
        service.post("/v1/ask", json={"question": QUESTION, "metadata": wanted}).json(),
        service.get("/v1/ask", params={"question": QUESTION, "where": where}).json(),
        service.post("/v1/search", json={"question": QUESTION, "metadata": wanted}).json(),
    ]
    assert [{passage["text"] for passage in body["passages"]} for body in bodies] == [found] * 3
    assert [body["answerable"] for body in bodies[:2]] == [bool(found)] * 2


def test_ids_and_metadata_both_have_to_fit(service: TestClient) -> None:
    ada = next(
        one for one in service.get("/v1/documents").json()["documents"] if one["metadata"]["author"] == "Ada"
    )
    body = {"question": QUESTION, "document_ids": [ada["id"]], "metadata": {"author": "Olaf"}}
    assert service.post("/v1/ask", json=body).json()["passages"] == []
    kept = service.post("/v1/ask", json={**body, "metadata": {"pages": 3}}).json()["passages"]
    assert [passage["text"] for passage in kept] == [ADA]


def test_documents_show_what_is_said_of_them(service: TestClient) -> None:
    listed = service.get("/v1/documents").json()["documents"]
    assert [one["metadata"] for one in listed] == [metadata for _, metadata in LINES]
    assert service.get(f"/v1/documents/{listed[1]['id']}").json()["metadata"] == LINES[1][1]


BAD = [
    ({"author": None}, "body.metadata: Value error, what is asked of 'author' is no condition; write a value"),
    ({"author": {"gt": 1}}, "body.metadata: Value error, what is asked of 'author' is no condition"),
    ({"author": []}, "body.metadata: Value error, the list for 'author' has 0 values"),
    ({"date": {"from": "spring"}}, "body.metadata: Value error, a range is from a number or a date"),
    ({"$or": 1}, "body.metadata: Value error, '$or' cannot be a name of metadata"),
    ({"n": 10**400}, "body.metadata: Value error, the metadata 'n' is a number that is not finite or above 2^53"),
    ("author", "body.metadata: Input should be a valid dictionary"),
]


@pytest.mark.parametrize(("wanted", "said"), BAD, ids=lambda value: str(value)[:40])
def test_a_filter_that_is_none_is_a_problem(service: TestClient, wanted: object, said: str) -> None:
    for path in ("/v1/ask", "/v1/search"):
        refused = service.post(path, json={"question": QUESTION, "metadata": wanted})
        assert refused.status_code == 422
        assert refused.json()["detail"].startswith(said)


@pytest.mark.parametrize(
    ("where", "name", "said"),
    [
        (["author"], "bad-condition", "'author' is no condition"),
        (["a>=x"], "bad-condition", "the range of 'a' is neither of numbers nor of dates"),
        (["$or=1"], "bad-metadata", "'$or' cannot be a name of metadata"),
        (["a=\x00"], "bad-metadata", "the metadata 'a' holds a control character"),
        ([f"a={number}" for number in range(99)], "bad-filter", "the list for 'a' has 198 values"),
    ],
)
def test_a_condition_in_an_address_that_is_none_is_a_problem(
    service: TestClient, where: list[str], name: str, said: str
) -> None:
    refused = service.get("/v1/ask", params={"question": QUESTION, "where": where})
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:pincite:problem:{name}")
    assert refused.json()["detail"].startswith(said)


def test_what_is_added_with_metadata_is_found_by_them(command: Command, settings: Settings, tmp_path: Path) -> None:
    library = {"PINCITE_DATA": str(tmp_path / "library"), "PINCITE_SEEDS": str(tmp_path / "none")}
    for name in ("none", "green", "red"):
        (tmp_path / name).mkdir()
    (tmp_path / "green" / "a.md").write_text(f"---\nauthor: Ada\ndate: 1911-05-17\n---\n\n{ADA}\n")
    (tmp_path / "red" / "b.txt").write_text(OLAF)
    assert command("add", str(tmp_path / "green"), **library).returncode == 0
    given = ("--metadata", "author=Olaf", "--metadata", "year=1924", "--metadata", 'room="12"')
    assert command("add", str(tmp_path / "red"), *given, **library).returncode == 0
    listed = json.loads(command("list", "--json", **library).stdout)["documents"]
    assert [one["metadata"] for one in listed] == [
        {"author": "Ada", "date": "1911-05-17"},
        {"author": "Olaf", "room": "12", "year": 1924},
    ]

    def asked(*where: str, **more: str) -> tuple[int, str]:
        done = command("ask", QUESTION, *(part for one in where for part in ("--where", one)), **library, **more)
        return done.returncode, done.stdout.splitlines()[0]

    assert asked("author=Olaf") == asked("year>=1924", "room=12") == (0, OLAF)
    assert asked("date<=1911") == (0, ADA)
    assert asked("author=Olaf", "date<=1911") == (1, "The documents do not say.")
    with running(Path(library["PINCITE_DATA"]), settings.model) as url:
        there = command("ask", QUESTION, "--where", "year<=1924", "--url", url)
        assert (there.returncode, there.stdout.splitlines()[0]) == (0, OLAF)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["ask", "x", "--where", "author"],
            "'author' is no condition; write NAME=VALUE, NAME>=VALUE or NAME<=VALUE",
        ),
        (["ask", "x", "--where", "$a=1"], "'$a' cannot be a name of metadata"),
        (["add", ".", "--metadata", "author"], "'author' is no metadata; write NAME=VALUE"),
        (["add", ".", "--metadata", "a b =1"], "'a b' cannot be a name of metadata"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(command: Command, arguments: list[str], said: str) -> None:
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"pincite: {said}")
