"""The real server process, whose disk fills up or takes nothing any more while it runs."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx2
import pytest

from api.settings import Settings
from processes import NAMESPACE, Server, needs_mount, on_a_disk, started
from test_server import QUESTION

BIG = {"text": "Quite another crew. " * 5_000}
SMALL = {"text": "The lighthouse at Skerry was painted green."}


def answer(server: Server) -> object:
    """The sentence that answers, and where it stands."""
    return httpx2.post(f"{server.url}/v1/ask", json={"question": QUESTION}).json()["answer"]["citation"]


def refused(server: Server, body: dict[str, str]) -> tuple[int, str, str, str]:
    """The status of a refused addition, the kind of problem, what is wrong and what to do."""
    answer = httpx2.post(f"{server.url}/v1/documents", json=body, timeout=60)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    return answer.status_code, problem["type"], problem["detail"], problem["remedy"]


def fill(path: Path) -> None:
    """Write zeros to ``path`` until there is no room for another byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


@needs_mount
def test_a_server_on_a_full_disk_refuses_to_add_answers_questions_and_adds_once_there_is_room(
    settings: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with started(disk, settings.model, under=on_a_disk(16, disk)) as server:
        before = answer(server)
        fill(server.path(disk / "fill"))
        assert refused(server, BIG) == (
            507,
            "urn:pincite:problem:disk-full",
            "there is no room left on the library's disk for this change, which was not made",
            "make room on the disk and try again",
        )
        assert answer(server) == before
        assert len(httpx2.get(f"{server.url}/v1/documents").json()["documents"]) == 1
        server.path(disk / "fill").unlink()
        assert httpx2.post(f"{server.url}/v1/documents", json=SMALL).status_code == 201
        assert answer(server) == before
        assert server.terminate() == 0
        assert server.complaints() == []


def assert_only_reading(server: Server, before: object) -> None:
    """Twice, for the first refusal could leave something behind."""
    for _ in range(2):
        assert refused(server, SMALL) == (
            507,
            "urn:pincite:problem:unusable-folder",
            "the library's folder cannot be written any more (Read-only file system)",
            "make it writable, and try again",
        )
        assert answer(server) == before
    assert httpx2.get(f"{server.url}/readyz").status_code == 200
    assert len(httpx2.get(f"{server.url}/v1/documents").json()["documents"]) == 1


@needs_mount
def test_a_server_whose_folder_is_made_read_only_refuses_to_add_until_it_is_writable_again(
    settings: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with started(disk, settings.model, under=on_a_disk(16, disk)) as server:
        before = answer(server)
        server.within("mount", "--bind", str(disk), str(disk))
        server.within("mount", "-o", "remount,bind,ro", str(disk))
        assert_only_reading(server, before)
        server.within("umount", str(disk))
        assert httpx2.post(f"{server.url}/v1/documents", json=SMALL).status_code == 201
        assert server.terminate() == 0
        assert server.complaints() == []


EXT4 = ["mkfs.ext4", "-q", "-F"]
MAY_LOOP = (
    os.geteuid() == 0
    and shutil.which(EXT4[0])
    and subprocess.run(["losetup", "--find"], capture_output=True, check=False).returncode == 0  # noqa: S607
)
BREAK = 'echo 1 > "/sys/fs/ext4/$(basename "$(findmnt -no SOURCE "$0")")/trigger_fs_error"'


@pytest.mark.skipif(not MAY_LOOP, reason="needs root and loop devices for a file system that can break")
def test_a_server_whose_file_system_breaks_refuses_to_add_answers_questions_and_ends_orderly(
    settings: Settings, tmp_path: Path
) -> None:
    """On an error ext4 takes writing away from everybody, also in files that are open: so does a failing disk."""
    disk, image = tmp_path / "disk", tmp_path / "image"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run([*EXT4, str(image)], check=True)
    mounted = 'mount -o loop,errors=remount-ro "$0" "$1" && shift && exec "$@"'
    with started(disk, settings.model, under=[*NAMESPACE, "sh", "-c", mounted, str(image), str(disk)]) as server:
        before = answer(server)
        server.within("sh", "-c", BREAK, str(disk))
        assert_only_reading(server, before)
        assert server.terminate() == 0
        assert server.complaints() == []
