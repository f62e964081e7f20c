"""Files that are broken, hostile or too large are refused by name, and the library is as it was."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.adding import add_files
from index.formats.reading import MAX_TEXT_CHARACTERS
from index.library import Library
from index.walking import files_in
from made_files import CONTAINER, LOCK, archive, epub, pdf, word
from paths import ROOT
from qa.answering import Answerer
from three_texts import STORM, document, words

MIB = 2**20


@dataclass(frozen=True)
class Bad:
    """A file, what is said of it, and the status with which it is refused over HTTP."""

    name: str
    make: Callable[[], bytes]
    said: str
    status: int = 422


def epub_bomb() -> bytes:
    package = (
        '<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    chapter = b"<html><body><p>" + b"a " * (2 * MIB) + b"</p></body></html>"
    parts = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package, "OEBPS/a.xhtml": chapter}
    return archive(parts)


BAD = [
    Bad("empty.txt", lambda: b"", "there is no text in it; add a file that holds text"),
    Bad("blank.md", lambda: b" \r\n\t\n", "there is no text in it; add a file that holds text"),
    *(
        Bad(f"empty{ending}", lambda: b"", said)
        for ending, said in [
            (".html", "holds no HTML; give it the ending of its real format"),
            (".pdf", "is no PDF; give it the ending of its real format"),
            (".docx", "is not a whole ZIP archive, as such files are; fetch or save it again"),
            (".epub", "is not a whole ZIP archive, as such files are; fetch or save it again"),
            (".eml", "has none of an e-mail's headers; save the message again as .eml"),
        ]
    ),
    Bad("program.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(4096), "holds binary data, not text"),
    Bad("bytes.txt", lambda: bytes(range(256)) * 16, "is no text in UTF-8 (byte 128) or any other encoding"),
    Bad("picture.md", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16, "is no text in UTF-8 (byte 0)"),
    Bad("bytes.pdf", lambda: bytes(range(256)) * 99, "is no PDF; give it the ending of its real format"),
    Bad("cut.pdf", lambda: pdf([STORM])[:-40], "is cut off, for a PDF's end mark is missing"),
    Bad("locked.pdf", lambda: pdf([STORM], extra=LOCK), "is locked by a password; save it without one"),
    Bad("scan.pdf", lambda: pdf([], []), "is a scan: its pages are pictures without text"),
    Bad("cut.docx", lambda: word(STORM)[:-200], "is not a whole ZIP archive"),
    Bad("bomb.docx", lambda: archive({"word/document.xml": bytes(64 * MIB)}), "as only a ZIP bomb does", 413),
    Bad("bomb.epub", epub_bomb, "as only a ZIP bomb does", 413),
    Bad("cut.epub", lambda: epub(("One", "<p>One.</p>"))[:-200], "is not a whole ZIP archive"),
    Bad("half.jsonl", lambda: json.dumps({"text": STORM}).encode() + b'\n{"text": ', "line 2 is no JSON object"),
    Bad("large.html", lambda: b"<p>" + b"word " * (10 * MIB), "is larger than 20 MiB; cut it into parts", 413),
    Bad("long.txt", lambda: b"a" * (MAX_TEXT_CHARACTERS + 1), "holds a text of 5,000,001 characters", 413),
    Bad("tool.exe", lambda: b"MZ", "there is no reader for files that end in '.exe'; save it as one of .txt", 415),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "library").mkdir()
    opened = Library.local(tmp_path / "library", words())
    opened.add([document(STORM)])
    yield opened
    opened.close()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_file_is_refused_by_name_and_nothing_is_added(library: Library, tmp_path: Path, bad: Bad) -> None:
    before = (library.version, library.summaries())
    path = tmp_path / bad.name
    path.write_bytes(bad.make())
    [outcome] = add_files(library, list(files_in(path)))
    assert (outcome.status, outcome.documents) == ("failed", ())
    assert outcome.why.startswith(f"{path}: ")
    assert bad.said in outcome.why
    assert "\n" not in outcome.why
    assert (library.version, library.summaries()) == before


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("uploads")
    app = create_app(Settings(data=folder), opener=lambda _: Answerer(Library.local(folder, words())))
    with TestClient(app, base_url=LOCAL) as opened:
        wait_until_ready(opened)
        opened.post("/v1/documents", json={"text": STORM})
        yield opened


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_upload_is_a_problem_and_nothing_is_added(client: TestClient, bad: Bad) -> None:
    before = client.get("/v1/documents").json()
    response = client.post("/v1/documents", files={"file": (bad.name, bad.make())})
    problem = response.json()
    said = f"{problem['detail']}; {problem['remedy']}"
    assert (response.status_code, problem["status"]) == (bad.status, bad.status), said
    assert said.startswith(f"{bad.name}: ")
    assert bad.said in said
    assert "Traceback" not in response.text
    assert client.get("/v1/documents").json() == before


def test_what_lies_behind_a_link_out_of_the_folder_is_not_read(library: Library, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("A secret.")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "up.txt").symlink_to(Path("..") / "outside.txt")
    outcomes = list(add_files(library, list(files_in(folder))))
    assert [(one.status, one.documents) for one in outcomes] == [("skipped", ())] * 2
    assert [one.text for one in map(library.document, [s.id for s in library.summaries()])] == [STORM]


def test_a_name_on_two_lines_is_refused_on_one(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a\nfailed  b.txt").write_text("A text.")
    [outcome] = add_files(library, list(files_in(folder)))
    assert outcome.why == f"{folder}/a\ufffdfailed  b.txt: has a control character in its name; rename it"


PEAK = """
import resource, sys
from pathlib import Path
from index.adding import add_files
from index.library import Library
from index.walking import files_in
from three_texts import words
library = Library.local(Path(sys.argv[1]), words())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
[outcome] = add_files(library, list(files_in(Path(sys.argv[2]))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, outcome.why)
"""
"""Prints by how many KiB the process grew, and why the file failed."""


def growth_and_reason(folder: Path, name: str) -> tuple[float, str]:
    """By how many MiB a process of its own grew that added a file of ``folder``, and why that failed."""
    (folder / "library").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(folder / "library"), str(folder / name)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )
    grown, _, why = done.stdout.partition(" ")
    return int(grown) / 1024, why


@pytest.mark.parametrize(
    ("name", "size", "said", "most_mib"),
    [
        ("large.txt", 2**30, "is larger than 20 MiB", 60),
        ("large.html", 50 * MIB, "is larger than 20 MiB", 60),
        ("large.eml", 2**30, "is larger than 100 MiB", 260),
    ],
)
def test_a_huge_file_is_refused_in_little_memory(
    tmp_path: Path, name: str, size: int, said: str, most_mib: int
) -> None:
    """No more of it is read than the format's limit."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(size)
    grown, why = growth_and_reason(tmp_path, name)
    assert (said in why, grown < most_mib) == (True, True), (why, grown)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomb.docx").write_bytes(archive({"word/document.xml": bytes(128 * MIB)}))
    grown, why = growth_and_reason(tmp_path, "bomb.docx")
    assert ("as only a ZIP bomb does" in why, grown < 40) == (True, True), (why, grown)
