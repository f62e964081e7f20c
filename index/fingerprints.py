"""Which model a library's vectors are of, and the embedder that fits them."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.embedding import Embedder
from index.engine import Truth
from index.errors import PinciteError

logger = logging.getLogger(__name__)


class OtherModel(PinciteError):
    """The library's vectors come from another model, or from another runtime of it."""


@dataclass(frozen=True, slots=True)
class ModelName:
    """What a model is opened by: its name or folder, and its runtime, as in the settings."""

    model: str
    runtime: str


Opener = Callable[[ModelName], Embedder]
"""Opens a model by its name; raises PinciteError where that fails."""


def sign(store: Truth, embedder: Embedder, name: ModelName | None) -> None:
    """Keep, inside a transaction, whose vectors the store holds, and how that model is opened again."""
    store.set_meta("fingerprint", embedder.fingerprint)
    store.set_meta("model", name.model if name else "")
    store.set_meta("runtime", name.runtime if name else "")


class Fitting:
    """The embedder that fits the store's vectors, also after another process has embedded all of them anew."""

    def __init__(self, store: Truth, embedder: Embedder, opener: Opener | None) -> None:
        self._store = store
        self._embedder = embedder
        self._opener = opener
        self._failed: str | None = None
        self._guard = threading.Lock()

    def embedder(self) -> Embedder:
        """The one that was given, or what ``opener`` opens where the library is another model's since.

        Raises:
            OtherModel: it is another model's, which cannot be opened here.
        """
        with self._guard:
            made_with = self._store.meta("fingerprint")
            if made_with not in {None, self._embedder.fingerprint}:
                self._embedder = self._other(str(made_with))
            return self._embedder

    def fits(self, embedder: Embedder) -> bool:
        """Whether the store's vectors are this embedder's now."""
        return self._store.meta("fingerprint") == embedder.fingerprint

    def _other(self, made_with: str) -> Embedder:
        name = ModelName(self._store.meta("model") or "", self._store.meta("runtime") or "")
        if self._opener and name.model and self._failed != made_with:
            try:
                opened = self._opener(name)
            except PinciteError:
                logger.exception(
                    "the model %s, which the library was embedded by anew, cannot be opened", name.model
                )
            else:
                if opened.fingerprint == made_with:
                    logger.warning(
                        "the library was embedded anew by %s (%s), which answers from now on; "
                        "set PINCITE_MODEL to it before the next start",
                        *(name.model, name.runtime),
                    )
                    return opened
            self._failed = made_with
        raise OtherModel(
            "the library was embedded by another model or runtime "
            f"({f'{name.model}, {name.runtime}, ' if name.model else ''}{made_with}; this one is "
            f"{self._embedder.fingerprint})",
            remedy="run 'pincite reindex' to embed it anew, or set PINCITE_MODEL back",
        )
