"""A server that speaks OpenAI's chat completions and says what a test wrote for it."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STALL_SECONDS = 30


@dataclass
class Script:
    """What the server does with every request: these pieces of text, then its end.

    ``end`` is "stop", "length" or whatever reason the last chunk gives; "cut" breaks the connection, "silent" ends
    the response without a word, and "stall" waits. ``deaf`` waits before anything is said.
    """

    pieces: Sequence[str] = ()
    end: str = "stop"
    status: int = 200
    content_type: str = "text/event-stream"
    body: bytes = b""
    deaf: bool = False


class ScriptedModel(ThreadingHTTPServer):
    """The server: its script, and what it was asked; ``left`` is set once a client goes away while it waits."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.script = Script()
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.left = threading.Event()
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedModel

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.loads(self.rfile.read(int(headers["content-length"])))
        self.server.asked.append((self.path, headers, body))
        with contextlib.suppress(OSError):
            self._answer(self.server.script)
        self.close_connection = True

    def _answer(self, script: Script) -> None:
        if script.deaf:
            self._wait()
            return
        self.send_response(script.status)
        self.send_header("Content-Type", script.content_type)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if script.body:
            self._send(script.body)
        for piece in script.pieces:
            self._tell({"delta": {"content": piece}, "finish_reason": None})
        if script.end == "stall":
            self._wait()
        elif script.end not in {"cut", "silent"}:
            self._tell({"delta": {}, "finish_reason": script.end})
            self._send(b"data: [DONE]\n\n")
        if script.end != "cut":
            self.wfile.write(b"0\r\n\r\n")

    def _tell(self, choice: dict[str, Any]) -> None:
        self._send(b"data: " + json.dumps({"choices": [{"index": 0, **choice}]}).encode() + b"\n\n")

    def _send(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _wait(self) -> None:
        """Say nothing for 30 seconds, unless the client goes away or the test is over."""
        self.connection.settimeout(0.02)
        end = time.monotonic() + STALL_SECONDS
        while time.monotonic() < end and not self.server.closing.is_set():
            try:
                if self.connection.recv(1) == b"":
                    self.server.left.set()
                    return
            except TimeoutError:
                continue

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    """A server on a free port."""
    with ScriptedModel() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
