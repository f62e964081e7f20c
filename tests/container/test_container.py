"""The image reads every format, is content with half a gigabyte, and keeps its library where compose puts it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from container.conftest import IMAGE, Run, free_port, wait_until_ready
from index.formats.table import format_of
from paths import QUESTIONS
from test_formats import ANSWER, FILES, QUESTION
from test_server import QUESTION as SEED_QUESTION

pytestmark = pytest.mark.container
CLOSED = "--read-only --tmpfs /tmp:size=64m --cap-drop ALL --security-opt no-new-privileges".split()
MEMORY_MB = 512
COMPOSED = "http://127.0.0.1:8000"
LIGHTHOUSE = "The lighthouse at Skerry was painted green in 1911."


def test_a_file_of_every_format_is_read_and_cited_in_it(docker: Run, tmp_path: Path) -> None:
    """Without a network, by the user that the image has."""
    for name, (raw, _, _) in FILES.items():
        (tmp_path / name).write_bytes(raw)
    tmp_path.chmod(0o755)
    script = "mkdir $PINCITE_SEEDS; " + "".join(
        f"export PINCITE_DATA=/tmp/{name}; pincite add /files/{name} >&2 && printf '\\036' && "
        f"pincite ask '{QUESTION}' --json --top-k 1 && printf '\\036' && pincite list --json || exit; "
        for name in FILES
    )
    printed = docker(
        "run", "--rm", "--network", "none", *CLOSED, "--volume", f"{tmp_path}:/files:ro",
        "--env", "PINCITE_SEEDS=/tmp/none", "--entrypoint", "sh", IMAGE, "-c", script,
    )  # fmt: skip
    said = [json.loads(part) for part in printed.split("\x1e")[1:]]
    for (name, (_, title, page)), answer, listed in zip(FILES.items(), said[::2], said[1::2], strict=True):
        citation = answer["passages"][0]["sentence"]
        assert (name, citation["cited_text"], citation["page"]) == (name, ANSWER, page)
        [document] = [one for one in listed["documents"] if one["id"] == citation["document_id"]]
        assert (document["title"], document["media_type"]) == (title, format_of(Path(name).suffix).media_type)


@pytest.fixture
def narrow(docker: Run) -> Iterator[str]:
    """The address of a container with half a gigabyte and no swap."""
    port, size = free_port(), f"{MEMORY_MB}m"
    docker(
        "run", "--detach", "--name", "pincite-narrow", "--network", "host", *CLOSED, "--memory", size,
        "--memory-swap", size, "--env", f"PINCITE_PORT={port}", IMAGE,
    )  # fmt: skip
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        docker("rm", "--force", "--volumes", "pincite-narrow")


def test_half_a_gigabyte_of_memory_is_enough_for_the_seeds(docker: Run, narrow: str) -> None:
    """Every question of the seed article's collection, answered as it is on any other machine."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    with httpx2.Client(base_url=narrow, timeout=60) as client:
        statuses = [client.post("/v1/ask", json={"question": question}).status_code for question in asked]
        answer = client.post("/v1/ask", json={"question": SEED_QUESTION}).json()
    assert statuses == [200] * len(asked)
    assert answer["answer"]["text"].startswith("Azerbaijan has taken responsibility")
    [peak] = re.findall(r"VmHWM:\s+(\d+) kB", docker("exec", "pincite-narrow", "cat", "/proc/1/status"))
    print(f"\n{len(asked)} questions in {MEMORY_MB} MB: the process held at most {int(peak) / 1024:.0f} MiB")
    assert int(peak) / 1024 < MEMORY_MB
    assert docker("inspect", "--format", "{{.State.OOMKilled}} {{.RestartCount}}", "pincite-narrow") == "false 0\n"


@pytest.fixture
def composed(compose: Run) -> Iterator[Run]:
    """Compose, whose project is removed in the end with its volume."""
    compose("up", "--detach", "--no-build")
    try:
        yield compose
    finally:
        compose("down", "--volumes")


def test_compose_starts_it_closed_and_its_library_and_keys_outlive_the_container(
    docker: Run, composed: Run
) -> None:
    wait_until_ready(COMPOSED)
    [container] = composed("ps", "--quiet").split()
    seen = json.loads(docker("inspect", container))[0]
    assert (seen["HostConfig"]["ReadonlyRootfs"], seen["HostConfig"]["Memory"]) == (True, 1 << 30)
    assert seen["NetworkSettings"]["Ports"] == {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8000"}]}
    answer = httpx2.post(f"{COMPOSED}/v1/ask", json={"question": SEED_QUESTION}).json()
    assert answer["answer"]["text"].startswith("Azerbaijan has taken responsibility")
    assert httpx2.post(f"{COMPOSED}/v1/documents", json={"text": LIGHTHOUSE}).status_code == 403
    key = composed("exec", "-T", "pincite", "pincite", "keys", "new", "--role", "write").split()[0]
    with httpx2.Client(base_url=COMPOSED, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        added = client.post("/v1/documents", json={"text": LIGHTHOUSE})
        assert added.status_code == 201, added.text
    composed("down")
    composed("up", "--detach", "--no-build")
    wait_until_ready(COMPOSED)
    assert httpx2.get(f"{COMPOSED}/v1/documents").status_code == 401
    with httpx2.Client(base_url=COMPOSED, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        assert client.get(f"/v1/documents/{added.json()['id']}/text").text == LIGHTHOUSE
        again = client.post("/v1/ask", json={"question": SEED_QUESTION}).json()
    assert again["answer"]["text"] == answer["answer"]["text"]
