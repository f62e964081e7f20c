"""Asks and adds what an attacker would, over HTTP, and sees that the service keeps its manners and its word.

``python tests/hostile.py --requests 50000 --seed 7`` prints figures, and fails where there is a finding.
"""

import argparse
import http.client
import json
import os
import socket
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis

from attacks import ATTACKS, INJECTED, JSON, Attack
from index.checking import check
from index.naming import DEFAULT_MODEL
from test_server import running

IN_FLIGHT = 2
KEPT = 100
"""Documents of the attacker's that stay, so that the library does not grow with the run."""
TIMEOUT_SECONDS = 60
SLOW_SECONDS = 2.0
SHOWN, SHOWN_BYTES = 10, 600
LEAKS = (b"Traceback (most recent", b"root:x:0:")
PROBLEM = "application/problem+json"
SETTINGS = {"PINCITE_MAX_WAIT_MS": "30000", "PINCITE_READ_BUDGET_MS": "250"}
"""Two at a time are never refused for want of a place, however busy the machine is."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


@dataclass
class Figures:
    """What came of all requests."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    citations: int = 0
    slowest: float = 0.0
    slow: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        statuses = ", ".join(f"{status} × {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.kinds.total()} requests ({kinds})\nstatus {statuses}\n{self.citations} citations re-checked; "
            f"slowest {self.slowest:.2f} s, {len(self.slow)} over {SLOW_SECONDS:g} s; {len(self.findings)} findings"
        )


class Wire:
    """A kept connection on which anything can be said: an HTTP client would refuse to say what is not HTTP."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url).hostname or "", urlsplit(url).port or 0
        self._socket: socket.socket | None = None

    def send(self, attack: Attack) -> Reply:
        """Say it, on a new connection where the server ended the old one meanwhile."""
        for attempt in (1, 2):
            try:
                return self._exchange(attack)
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _exchange(self, attack: Attack) -> Reply:
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=TIMEOUT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.monotonic()
        self._socket.sendall(attack.raw(f"{self.address[0]}:{self.address[1]}"))
        with closing(http.client.HTTPResponse(self._socket, method=attack.method)) as response:
            response.begin()
            reply = Reply(response.status, response.headers, response.read(), time.monotonic() - begin)
            ended = response.will_close
        if ended or attack.breaks_out:  # what follows an injected line could be taken for the next answer
            self.close()
        return reply


class Siege:
    """The requests of one run, two at a time, and what is found."""

    def __init__(self, url: str) -> None:
        self.figures = Figures()
        self._wires = [Wire(url) for _ in range(IN_FLIGHT)]
        self.clerk = Wire(url)
        self._pool = ThreadPoolExecutor(IN_FLIGHT)
        self.texts: dict[str, str | None] = {}
        self._added: deque[str] = deque()

    def assault(self, attacks: list[Attack]) -> None:
        """Send them together, and look at what comes back."""
        sent = [
            (attack, self._pool.submit(wire.send, attack))
            for wire, attack in zip(self._wires, attacks, strict=True)
        ]
        for attack, reply in sent:
            try:
                self.judge(attack, reply.result())
            except (OSError, http.client.HTTPException) as error:
                self._find(attack, f"no answer: {error!r}")
        while len(self._added) > KEPT:
            document_id = self._added.popleft()
            self.texts.pop(document_id, None)
            self.clerk.send(Attack("clerk", "DELETE", f"/v1/documents/{document_id}".encode()))

    def close(self) -> None:
        self._pool.shutdown()
        for wire in (*self._wires, self.clerk):
            wire.close()

    def judge(self, attack: Attack, reply: Reply) -> None:
        """Count what came back, and keep what is wrong with it."""
        figures = self.figures
        figures.kinds[attack.kind] += 1
        figures.statuses[reply.status] += 1
        figures.slowest = max(figures.slowest, reply.seconds)
        if reply.seconds > SLOW_SECONDS:
            figures.slow.append(
                f"{reply.seconds:.1f} s: {reply.status}\n    to {attack.raw('HOST')[:SHOWN_BYTES]!r}"
            )
        for wrong in self._wrong(attack, reply):
            self._find(attack, f"{wrong}: {reply.status} {reply.body[:300]!r}")

    def _find(self, attack: Attack, wrong: str) -> None:
        self.figures.findings.append(f"{wrong}\n    to {attack.raw('HOST')[:SHOWN_BYTES]!r}")

    def _wrong(self, attack: Attack, reply: Reply) -> Iterator[str]:
        kind = reply.headers.get_content_type()
        if reply.status >= 500 and reply.status != 503:
            yield "an error of the service's own"
        if reply.status >= 400 and kind != PROBLEM and not attack.protocol:
            yield f"a problem as {kind}"
        if reply.headers.get(INJECTED) or any(leak in reply.body for leak in LEAKS):
            yield "an injected header, or something of the machine"
        if (
            reply.status >= 400
            and kind == PROBLEM
            and reply.body
            and json.loads(reply.body)["status"] != reply.status
        ):
            yield "another status in the problem"
        if reply.status < 300 and kind == "application/json":
            found = json.loads(reply.body)
            if attack.adds:
                self._added.extend([found["id"], *(one["id"] for one in found["also"])])
            for citation in cited(found):
                self.figures.citations += 1
                if not self._holds(citation):
                    yield f"a citation that does not hold ({citation})"

    def _holds(self, citation: dict[str, object]) -> bool:
        document_id = str(citation["document_id"])
        if document_id not in self.texts:
            reply = self.clerk.send(Attack("clerk", "GET", f"/v1/documents/{document_id}/text".encode()))
            self.texts[document_id] = reply.body.decode() if reply.status == 200 else None
        text = self.texts[document_id]
        start, end = citation["start_char_index"], citation["end_char_index"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        return text is not None and text[start:end] == citation["cited_text"]


def cited(found: object) -> Iterator[dict[str, object]]:
    """Every citation in an answer, wherever it stands."""
    if isinstance(found, dict):
        if found.get("type") == "char_location":
            yield found
        for value in found.values():
            yield from cited(value)
    elif isinstance(found, list):
        for value in found:
            yield from cited(value)


def besiege(url: str, *, requests: int, seed: int) -> Figures:
    """Send so many requests to the service at ``url``."""
    siege = Siege(url)

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=requests // IN_FLIGHT,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(hypothesis.strategies.tuples(*[ATTACKS] * IN_FLIGHT))
    def assault(attacks: tuple[Attack, ...]) -> None:
        siege.assault(list(attacks))
        if sys.stderr.isatty() and siege.figures.kinds.total() % 100 == 0:
            print(f"\r{siege.figures.kinds.total()}", end="", file=sys.stderr)

    try:
        siege.clerk.send(
            Attack("clerk", "POST", b"/mcp", JSON, b"{}")
        )  # the first who uses the tools waits for their import
        assault()
        readiness = siege.clerk.send(Attack("clerk", "GET", b"/readyz"))
        assert readiness.status == 200, readiness
    finally:
        siege.close()
    return siege.figures


def main() -> int:
    """Run as a command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    options.add_argument("--models", type=Path, help="a library's folder with the compiled models")
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        if given.models:
            (data / "models").symlink_to(given.models.resolve() / "models")
        with running(data, DEFAULT_MODEL, **SETTINGS) as url:
            figures = besiege(url, requests=given.requests, seed=given.seed)
        report = check(data)
    for finding in (*figures.findings[:SHOWN], *figures.slow[:SHOWN]):
        print(finding)
    print(f"{figures}, {time.monotonic() - begin:.0f} s")
    print(f"the library afterwards: {report.documents} documents, {len(report.faults)} faults")
    return 1 if figures.findings or figures.slow or report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
