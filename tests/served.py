"""A real server on a free port, in a thread of the tests."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import uvicorn
from fastapi import FastAPI


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Yield the address at which ``app`` answers, once it is ready."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        deadline = time.monotonic() + 60
        while httpx2.get(f"{url}/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the service did not become ready"
            time.sleep(0.02)
        yield url
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
