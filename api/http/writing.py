"""Whose request may write: one at a time, the others waiting without a thread."""

import asyncio

from index.turns import LibraryBusy

WAIT_SECONDS = 30.0


class Queue:
    """Requests that wait to write; questions are asked beside them."""

    def __init__(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._free = asyncio.Semaphore(1)

    async def enter(self) -> None:
        """Wait for a turn.

        Raises:
            LibraryBusy: it does not come in time.
        """
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise LibraryBusy(
                f"others have been changing the library for {self._wait_seconds:g} s",
                remedy="try again in a second",
            ) from None

    def leave(self) -> None:
        """Let the next one in."""
        self._free.release()
