"""A disk that is full, or that only reads any more, costs a write and nothing else."""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.checking import Report, check
from index.library import Library
from paths import ROOT
from processes import NAMESPACE, needs_mount
from three_texts import HARBOUR, RAIN, STORM, asked, document, words


def on_small_disk(script: str, folder: Path) -> dict[str, object]:
    """What ``script`` prints, run in ``folder`` with a disk of 4 MB of its own on ``folder / "disk"``."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"'
    done = subprocess.run(
        [*NAMESPACE, "sh", "-c", mounted, str(disk), sys.executable, "-c", script, str(disk)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT / "tests",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, object] = json.loads(done.stdout)
    return seen


COMMON = """
import json, os, subprocess, sys
from pathlib import Path
from index.checking import check
from index.database import DiskFull
from index.errors import PinciteError
from index.library import Library
from three_texts import DOCUMENTS, HARBOUR, RAIN, STORM, asked, document, words
disk = Path(sys.argv[1])
folder = disk / "library"
def fill():
    with (disk / "fill").open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size: pass
            except OSError: pass
def tried(work):
    try: work()
    except PinciteError as error: return f"{type(error).__name__}: {error.problem}"
    return "done"
def state(library):
    return [len(library.summaries()), len(library), library.version]
"""

FULL = (
    COMMON
    + """
library = Library.local(folder, words())
library.add(DOCUMENTS[:2])
before, found = state(library), asked(library)
big = document("Quite another crew. " * 20000)
fill()
seen = {"refused": [tried(lambda: library.add([big])), tried(lambda: library.replace([DOCUMENTS[0].id], [big]))]}
seen["unchanged"] = state(library) == before and asked(library) == found
seen["report"] = check(folder).faults
(disk / "fill").unlink()
seen["afterwards"] = tried(lambda: library.add([DOCUMENTS[2]]))
library.close()
again = Library.local(folder, words())
seen["documents"] = [one.id for one in again.summaries()] == [one.id for one in DOCUMENTS]
again.close()
seen["sound"] = check(folder).faults
print(json.dumps(seen))
"""
)


@needs_mount
def test_a_write_on_a_full_disk_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    refused = "DiskFull: there is no room left on the library's disk for this change, which was not made"
    assert on_small_disk(FULL, tmp_path) == {
        "refused": [refused, refused],
        "unchanged": True,
        "report": [],
        "afterwards": "done",
        "documents": True,
        "sound": [],
    }


NARROW = (
    COMMON
    + """
library = Library.local(folder, words())
library.add(DOCUMENTS)
held, refused = set(one.id for one in DOCUMENTS), 0
for number in range(30):
    (disk / "fill").unlink(missing_ok=True)
    fill()
    with (disk / "fill").open("ab") as file:
        file.truncate(max(0, file.tell() - 8192 * number))
    one = document(f"Crew number {number}. " + "Nothing but rain. " * 100)
    outcome = tried(lambda: library.add([one]))
    if outcome == "done":
        held.add(one.id)
    assert outcome == "done" or outcome.startswith("DiskFull"), outcome
    refused += outcome != "done"
    found = {c.passage.document_id for c in library.search("crew nothing but rain", depth=5000).candidates}
    assert found == held, number
    assert {s.id for s in library.summaries()} == held
library.close()
(disk / "fill").unlink()
again = Library.local(folder, words())
found = {c.passage.document_id for c in again.search("crew nothing but rain", depth=5000).candidates}
again.close()
seen = {"refused some": 0 < refused < 30, "same": found == held, "faults": check(folder).faults}
print(json.dumps(seen))
"""
)


@needs_mount
def test_with_any_room_on_the_disk_what_was_acknowledged_is_found(tmp_path: Path) -> None:
    """Between room for nothing and for all there is room for the document, and not for its indexes."""
    assert on_small_disk(NARROW, tmp_path) == {
        "refused some": True,
        "same": True,
        "faults": [],
    }


ONLY_READS = (
    COMMON
    + """
library = Library.local(folder, words())
library.add(DOCUMENTS[:2])
found = asked(library)
subprocess.run(["mount", "--bind", folder, folder], check=True)
subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
seen = {"refused": [tried(lambda: library.add([DOCUMENTS[2]])), tried(lambda: library.remove(DOCUMENTS[0].id))]}
seen["unchanged"] = asked(library) == found
library.close()
seen["opened"] = tried(lambda: Library.local(folder, words()))
print(json.dumps(seen))
"""
)


@needs_mount
def test_on_a_disk_that_only_reads_any_more_a_write_is_refused_and_questions_are_answered(tmp_path: Path) -> None:
    refused = "UnusableFolder: the library's folder cannot be written any more (Read-only file system)"
    folder = tmp_path / "disk" / "library"
    assert on_small_disk(ONLY_READS, tmp_path) == {
        "refused": [refused, refused],
        "unchanged": True,
        "opened": f"UnusableFolder: the library's folder {folder} cannot be written (Read-only file system)",
    }


IN_THE_WAY = ("vectors.tmp", "indexes.tmp")


@pytest.mark.parametrize("way", IN_THE_WAY)
def test_an_index_that_cannot_be_written_costs_no_document(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    """Something is where the file is to be: what the store has is found all the same, also by the next opening."""
    library = Library.local(tmp_path / "library", words())
    library.add([document(STORM), document(HARBOUR)])
    library.checkpoint()
    blocked = tmp_path / "library" / way
    blocked.mkdir()
    (blocked / "something").touch()
    library.remove(document(HARBOUR).id)
    library.add([document(RAIN)])
    library.checkpoint()
    expected = Library.local(tmp_path / "expected", words())
    expected.add([document(STORM), document(HARBOUR)])
    expected.remove(document(HARBOUR).id)
    expected.add([document(RAIN)])
    assert asked(library)[0].candidates == asked(expected)[0].candidates
    assert [one.candidates for one in asked(library)] == [one.candidates for one in asked(expected)]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert all("the index files cannot be written" in record.getMessage() for record in caplog.records)
    library.close()
    shutil.rmtree(blocked)
    again = Library.local(tmp_path / "library", words())
    assert [one.candidates for one in asked(again)] == [one.candidates for one in asked(expected)]
    again.close()
    expected.close()
    assert check(tmp_path / "library") == Report(2, 2, (), ())


ANSWERED = (
    COMMON
    + """
from starlette.testclient import TestClient
from api import logs
from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from qa.answering import Answerer
logs.configure("text")  # to standard error
app = create_app(Settings(data=folder), opener=lambda _: Answerer(Library.local(folder, words())))
with TestClient(app, base_url=LOCAL) as client:
    wait_until_ready(client)
    storm = client.post("/v1/documents", json={"text": STORM}).json()["id"]
    fill()
    big = {"text": "Quite another crew. " * 20000}
    refused = [client.post("/v1/documents", json=big), client.put(f"/v1/documents/{storm}", json=big)]
    asked = client.post("/v1/ask", json={"question": "what hit the harbour?", "min_confidence": 0})
    listed = client.get("/v1/documents").json()["documents"]
    seen = {"refused": [[r.status_code, r.headers["content-type"], r.json()["type"]] for r in refused]}
    seen |= {"remedy": refused[0].json()["remedy"], "listed": [one["id"] for one in listed] == [storm]}
    seen |= {"asked": asked.status_code, "cited": asked.json()["answer"]["citation"]["document_id"] == storm}
    (disk / "fill").unlink()
    seen["afterwards"] = client.post("/v1/documents", json=big).status_code
seen["sound"] = check(folder).faults
print(json.dumps(seen))
"""
)


@needs_mount
def test_a_service_on_a_full_disk_answers_507_keeps_what_it_has_and_goes_on(tmp_path: Path) -> None:
    refused = [507, "application/problem+json", "urn:pincite:problem:disk-full"]
    assert on_small_disk(ANSWERED, tmp_path) == {
        "refused": [refused, refused],
        "remedy": "make room on the disk and try again",
        "listed": True,
        "asked": 200,
        "cited": True,
        "afterwards": 201,
        "sound": [],
    }
