"""Folders are walked by name, and nothing outside them is read."""

import os
from pathlib import Path

import pytest

from index.formats.extracted import UnreadableFile
from index.walking import Found, LeadsOutside, files_in


def written(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"text")
    return path


def sources(path: Path, glob: str = "") -> list[str]:
    return [found.source for found in files_in(path, glob=glob)]


def test_a_folder_is_walked_by_name_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a.TXT", "deep/er/c.pdf", ".hidden.txt", ".git/d.txt", "deep/.e/f.txt", "g"):
        written(tmp_path / name)
    (tmp_path / "folder.txt").mkdir()
    assert sources(tmp_path) == ["a.TXT", "b.txt", "deep/er/c.pdf", "g"]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*.md", ["a.md", "reports/b.md", "reports/old/c.md"]),
        ("reports/*.md", ["reports/b.md"]),
        ("old/*", ["reports/old/c.md"]),
        ("*.pdf", []),
    ],
)
def test_a_pattern_is_matched_from_the_right(tmp_path: Path, glob: str, expected: list[str]) -> None:
    for name in ("a.md", "b.txt", "reports/b.md", "reports/old/c.md"):
        written(tmp_path / name)
    assert sources(tmp_path, glob) == expected


def test_a_folder_inside_a_hidden_one_is_walked_when_it_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / ".data" / "a.txt")
    assert list(files_in(path.parent)) == [Found(path, "a.txt")]


def test_a_file_that_is_named_is_taken_whatever_the_pattern(tmp_path: Path) -> None:
    path = written(tmp_path / "notes.md")
    assert list(files_in(path, glob="*.pdf")) == [Found(path, "notes.md", named=True)]


def test_a_path_without_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        sources(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path / 'none'}: there is no such file or folder; check the path"


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile, match="pipe: is neither a file nor a folder"):
        sources(tmp_path / "pipe")
    assert sources(tmp_path) == []


def test_a_link_that_leads_out_of_the_folder_is_refused_and_one_inside_is_followed(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside" / "secret.txt")
    inside = written(tmp_path / "folder" / "a.txt")
    links = {
        "file": outside,
        "folder": outside.parent,
        "inner": inside,
        "lost": tmp_path / "none",
        "loop": inside.parent,
    }
    for name, target in links.items():
        (inside.parent / f"{name}.txt").symlink_to(target)
    found = list(files_in(inside.parent))
    outward = "is a link that leads out of the folder; add what it leads to by its own path"
    assert [(one.source, str(one.refused) if one.refused else "") for one in found] == [
        ("a.txt", ""),
        (
            "file.txt",
            f"{inside.parent}/file.txt: {outward}",
        ),
        (
            "folder.txt",
            f"{inside.parent}/folder.txt: {outward}",
        ),
        ("inner.txt", ""),
        ("lost.txt", f"{inside.parent}/lost.txt: is a link to nothing; remove it"),
    ]
    with pytest.raises(LeadsOutside):
        found[1].required()


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    written(tmp_path / "outside" / "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "outside")
    assert sources(tmp_path / "link") == ["a.txt"]
