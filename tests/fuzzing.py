"""Lets schemathesis try a running service over its description, with API keys and without, and counts the answers.

``python tests/fuzzing.py --examples 125 --seed 7`` prints figures, and fails where there is a finding.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from api.access.keyfile import add
from api.access.keys import Role, make
from api.access.policy import need_of
from conftest import PINCITE
from index.naming import DEFAULT_MODEL
from paths import ROOT
from test_server import running

SCHEMATHESIS = Path(PINCITE).with_name("schemathesis")
CONFIG = ROOT / "tests" / "schemathesis.toml"
OPENAPI = ROOT / "api" / "openapi.json"
SETTINGS = {"PINCITE_MAX_WAITING_QUESTIONS": "100", "PINCITE_MAX_WAIT_MS": "60000"}
"""Nothing is refused for want of a place; there is no rate limit by default."""
RUNS = ("open", "no key", "read key", "write key")


@dataclass(frozen=True)
class Request:
    """What was sent in a phase, and what came back."""

    phase: str
    method: str
    path: str
    status: int


@dataclass(frozen=True)
class Documents:
    """Every document with everything that is said of it, and its text."""

    found: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str, headers: dict[str, str]) -> "Documents":
        with httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
            found, cursor = [], "0"
            while cursor is not None:
                page = client.get("/v1/documents", params={"cursor": cursor}).json()
                found += page["documents"]
                cursor = page["next_cursor"]
            return cls(
                tuple((json.dumps(one), client.get(f"/v1/documents/{one['id']}/text").text) for one in found)
            )


def tried(url: str, folder: Path, *, key: str | None, examples: int, seed: int) -> tuple[bool, list[Request]]:
    """Whether all checks held, and every request; the findings are printed."""
    report = folder / "requests.ndjson"
    command = [
        *(str(SCHEMATHESIS), "--config-file", str(CONFIG), "run", str(OPENAPI), "--url", url),
        *("--max-examples", str(examples), "--seed", str(seed), "--no-color"),
        *("--report", "ndjson", "--report-ndjson-path", str(report), "--output-sanitize", "false"),
        *(("--header", f"Authorization: Bearer {key}") if key else ()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        print(done.stdout + done.stderr)
    with report.open(encoding="utf-8") as lines:
        return done.returncode == 0, [request for line in lines for request in requests_in(json.loads(line))]


def requests_in(event: dict[str, dict[str, object]]) -> Iterator[Request]:
    """The requests in an event of schemathesis's report."""
    finished = event.get("ScenarioFinished")
    if not finished:
        return
    recorder = finished["recorder"]
    assert isinstance(recorder, dict)
    for one in recorder.get("interactions", {}).values():
        request, response = one["request"], one["response"]
        status = response["status_code"] if response else 0
        yield Request(str(finished["phase"]), request["method"], urlsplit(request["uri"]).path, status)


def wrongly_passed(run: str, requests: list[Request]) -> list[Request]:
    """Those that were answered well, although the run had no key for them."""
    allowed = {"no key": {"nothing"}, "read key": {"nothing", "read"}}.get(run, {"nothing", "read", "write"})
    return [one for one in requests if 200 <= one.status < 400 and need_of(one.method, one.path) not in allowed]


def tell(run: str, requests: list[Request], seconds: float) -> None:
    """Print what came back."""
    phases = Counter(one.phase for one in requests)
    statuses = Counter(one.status for one in requests)
    print(
        f"{run}: {len(requests)} requests, {seconds:.0f} s; "
        + ", ".join(f"{phase} {count}" for phase, count in sorted(phases.items()))
        + "; status "
        + ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())),
        flush=True,
    )


def fuzz(run: str, folder: Path, *, examples: int, seed: int, model: str) -> tuple[bool, int]:
    """Whether one run found nothing, and how many requests it took."""
    keys = {}
    if run != "open":
        roles: tuple[Role, ...] = ("read", "write")
        for role in roles:
            secret, key = make(role, role, created=datetime.now(UTC))
            add(folder / "api-keys.json", key)
            keys[f"{role} key"] = secret
    writing = {"Authorization": f"Bearer {keys['write key']}"} if keys else {}
    begin = time.monotonic()
    with running(folder, model, **SETTINGS) as url:
        before = Documents.of(url, writing)
        held, requests = tried(url, folder, key=keys.get(run), examples=examples, seed=seed)
        after = Documents.of(url, writing)
    tell(run, requests, time.monotonic() - begin)
    passed = wrongly_passed(run, requests)
    changed = run in {"no key", "read key"} and before != after
    for one in passed:
        print(f"{run}: passed without a key for it: {one}")
    if changed:
        print(f"{run}: the documents are not as they were")
    return held and not passed and not changed and all(one.status < 500 for one in requests), len(requests)


def main() -> int:
    """Run as a command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=125, help="a phase's most requests for an operation")
    options.add_argument("--runs", nargs="+", default=RUNS, choices=RUNS)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    options.add_argument("--models", type=Path, help="a library's folder with the compiled models")
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    sound, total = True, 0
    for run in given.runs:
        with tempfile.TemporaryDirectory() as folder:
            if given.models:
                (Path(folder) / "models").symlink_to(given.models.resolve() / "models")
            found_nothing, count = fuzz(
                run, Path(folder), examples=given.examples, seed=given.seed, model=DEFAULT_MODEL
            )
        sound, total = sound and found_nothing, total + count
    print(f"{total} requests in all, {'no finding' if sound else 'with findings'}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
