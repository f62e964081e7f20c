"""The running service: a library that is opened behind the first requests."""

import logging
import secrets
import threading
from collections.abc import Callable

from api.http.checkpoints import Checkpoints
from api.http.errors import NotReady
from api.http.writing import Queue
from api.settings import Settings
from index.errors import PinciteError
from index.library import Library
from qa.answering import Answerer

logger = logging.getLogger(__name__)
Opener = Callable[[Settings], Answerer]


class Service:
    """Opens the library in a thread of its own, so that liveness is answered meanwhile."""

    def __init__(self, settings: Settings, opener: Opener, on_failure: Callable[[PinciteError], None]) -> None:
        self.settings = settings
        self._opener = opener
        self._on_failure = on_failure
        self._answerer: Answerer | None = None
        self.run = secrets.token_hex(8)
        """Names this run of the service."""
        self.queue = Queue()
        self.under_way: set[str] = set()
        """Requests with an Idempotency-Key that are being done, by their names."""
        self.checkpoints = Checkpoints(self._checkpoint)
        self._thread = threading.Thread(target=self._open, name="open-library", daemon=True)

    @property
    def answerer(self) -> Answerer:
        """What answers questions.

        Raises:
            NotReady: the library is not open yet.
        """
        if self._answerer is None:
            raise NotReady
        return self._answerer

    @property
    def library(self) -> Library | None:
        """The library, None until it is open."""
        return self._answerer.library if self._answerer else None

    def start(self) -> None:
        """Begin to open the library."""
        self._thread.start()
        self.checkpoints.start()

    def stop(self) -> None:
        """Wait for the opening to end, and close the library."""
        self._thread.join()
        self.checkpoints.stop()
        if self._answerer:
            self._answerer.library.close()

    def _checkpoint(self) -> None:
        self.answerer.library.checkpoint()

    def _open(self) -> None:
        try:
            answerer = self._opener(self.settings)
            answerer.library.search("Is everything in memory?")  # so that the first visitor's is not the slow one
        except PinciteError as error:
            self._on_failure(error)
        else:
            self._answerer = answerer
            logger.info("ready: index version %s", answerer.library.version)
