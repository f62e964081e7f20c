"""The load's HTTP client: light, for it shares the machine with the service."""

import contextlib
import json
from collections.abc import AsyncIterator, Sequence

import aiohttp

from benchmarks.service.load import FAILED, Act, Reply

TIMEOUT_SECONDS = 30.0
JSON = {"Content-Type": "application/json"}
WHOLE = b'"complete":true'
"""Of an answer for which all was read that was to be read; its body is not parsed, which would take time."""


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Any number of connections to the service at ``url``, kept open between requests."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        yield session


def asking(session: aiohttp.ClientSession, questions: Sequence[str]) -> Act:
    """Asks the questions in turn."""
    bodies = [json.dumps({"question": question}).encode() for question in questions]

    async def ask(number: int) -> Reply:
        try:
            async with session.post("/v1/ask", data=bodies[number % len(bodies)], headers=JSON) as response:
                body = await response.read()
                return Reply(response.status, WHOLE in body)
        except (aiohttp.ClientError, TimeoutError):
            return Reply(FAILED, complete=False)

    return ask
