"""When the index files are brought up to date: behind the writes, never in a request's way."""

import logging
import threading
from collections.abc import Callable

from index.errors import PinciteError

QUIET_SECONDS = 2.0
"""Files are written once no document came or went for so long."""
logger = logging.getLogger(__name__)


class Checkpoints:
    """Calls ``checkpoint`` in a thread of its own, once the writes have paused."""

    def __init__(self, checkpoint: Callable[[], None], *, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._checkpoint = checkpoint
        self._quiet_seconds = quiet_seconds
        self._written = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def due(self) -> None:
        """Something was written."""
        self._written.set()

    def stop(self) -> None:
        """Call no more; who stops writes the files as the library is closed."""
        self._ending.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        while self._written.wait() and not self._ending.is_set():
            self._written.clear()
            if self._ending.wait(self._quiet_seconds) or self._written.is_set():
                continue
            try:
                self._checkpoint()
            except (PinciteError, OSError):  # the store has everything: the next start makes the files anew
                logger.exception("the index files could not be brought up to date")
