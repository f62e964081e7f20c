"""``pincite add --url`` sends files to a running service."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from api.client import Client, ServiceRefused
from api.http.app import create_app
from api.settings import Settings
from index.formats.table import SUFFIXES
from index.library import Library
from made_files import pdf
from qa.answering import Answerer
from served import served
from three_texts import HARBOUR, RAIN, STORM, document, words

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "library"
    app = create_app(
        Settings(data=folder, max_document_mb=0.1), opener=lambda _: Answerer(Library.local(folder, words()))
    )
    with served(app) as address:
        yield address


def test_a_folder_is_sent_file_by_file_with_the_same_table(command: Command, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(STORM, encoding="utf-16")
    (folder / "b.pdf").write_bytes(pdf([RAIN])[:-40])
    (folder / "c.txt").write_text("x" * 200_000)
    (folder / "deep" / "d.pdf").write_bytes(pdf([RAIN]))
    (tmp_path / "outside.txt").write_text("A secret.")
    (folder / "e.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "f.mov").write_bytes(b"x" * 200_000)
    storm, rain = document(STORM).id, document(RAIN).id
    first = command("add", "--url", url, str(folder))
    assert first.returncode == 2
    assert first.stdout.splitlines() == [
        f"added      {storm}  a.txt  (read as utf_16)",
        f"failed     {folder}/b.pdf: is cut off, for a PDF's end mark is missing; fetch or save it again",
        f"failed     {folder}/c.txt: the body is larger than 0.1 MB; send less, or cut it into parts",
        f"added      {rain}  deep/d.pdf",
        f"skipped    {folder}/e.txt: is a link that leads out of the folder; add what it leads to by its own path",
        f"skipped    {folder}/f.mov: there is no reader for files that end in '.mov'; save it as one of "
        f"{', '.join(filter(None, SUFFIXES))}",
    ]
    assert first.stderr.splitlines()[-1] == "2 added, 0 unchanged, 0 replaced, 2 skipped, 2 failed"
    again = command("add", "--url", url, str(folder), "--glob", "*[ad].*")
    assert (again.returncode, again.stdout) == (
        0,
        f"unchanged  {storm}  a.txt\nunchanged  {rain}  deep/d.pdf\n",
    )
    listed = httpx2.get(f"{url}/v1/documents").json()["documents"]
    assert [(one["id"], one["source"]) for one in listed] == [(storm, "a.txt"), (rain, "deep/d.pdf")]


def test_a_service_that_is_not_there_is_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORM)
    done = command("add", "--url", "http://127.0.0.1:1", str(tmp_path / "a.txt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("pincite: no service answers at http://127.0.0.1:1 (")


def test_the_client_adds_replaces_and_removes(url: str, tmp_path: Path) -> None:
    for name, text in (("a.txt", STORM), ("b.txt", HARBOUR)):
        (tmp_path / name).write_text(text, newline="")
    with Client(url) as client:
        with (tmp_path / "a.txt").open("rb") as file:
            added, new = client.add("a.txt", file, source="logs/a.txt")
        assert (added.id, added.source, new) == (document(STORM).id, "logs/a.txt", True)
        with (tmp_path / "b.txt").open("rb") as file:
            replaced = client.replace(added.id, "b.txt", file, source="logs/b.txt")
        assert replaced.id == document(HARBOUR).id
        client.remove(replaced.id)
        with pytest.raises(ServiceRefused, match="there is no document") as refused:
            client.remove(replaced.id)
    assert refused.value.problem_body.status == 404
