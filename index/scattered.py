"""Documents cut and embedded by the workers of a Ray cluster, and stored by who asked for them.

A task takes a few documents and gives their passages back; it keeps nothing. One whose worker dies is done again by
another, and stored once, by the one that stores.
"""

import itertools
import logging
import socket
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.compiled import CompiledEmbedder
from index.documents import Document
from index.embedding import Embedder
from index.errors import PinciteError
from index.ingesting import Ready, prepare
from index.passages import Prepared

SHARD_CHARACTERS = 50_000
"""Code points of the documents of one task: on one core, about four seconds."""
AHEAD = 3
"""Tasks that are under way for each core of the cluster."""
RETRIES = 10
"""How often a task whose worker is lost is given to another one: some text may be what ends them."""
REACH_SECONDS = 5.0
ATTEMPTS = 3
Files = Mapping[str, bytes]


class NoWorkers(PinciteError):
    """There is no cluster whose workers could embed."""


class Scattered:
    """A cluster that embeds with a model that is sent to it: a ``Preparing``, and a context manager."""

    def __init__(self, address: str, embedder: Embedder, *, shard_characters: int = SHARD_CHARACTERS) -> None:
        """Connect to the cluster at ``address``: ``ray://HOST:10001``, or ``HOST:6379`` on one of its machines.

        Raises:
            NoWorkers: Ray is not installed, there is no cluster, or the model is not a compiled one.
        """
        if not isinstance(embedder, CompiledEmbedder):
            raise NoWorkers("only a compiled model is sent to workers", remedy="set PINCITE_RUNTIME to onnx")
        try:
            import ray
        except ImportError as error:
            raise NoWorkers("Ray is not installed", remedy="pip install 'pincite[ray]'") from error
        try:
            _reach(address)
            _connect(address)
        except ConnectionAbortedError as error:
            raise NoWorkers(
                f"the Ray cluster at {address} could not serve this client ({str(error).splitlines()[-1]})",
                remedy="start its head with GRPC_ENABLE_FORK_SUPPORT=0, and try again",
            ) from error
        except (OSError, OverflowError, RuntimeError, ValueError) as error:
            raise NoWorkers(
                f"there is no Ray cluster at {address} ({str(error).splitlines()[0]})",
                remedy="start one with 'ray start --head', and name it as ray://HOST:10001",
            ) from error
        self._ray = ray
        self._shard_characters = shard_characters
        self._fingerprint = embedder.fingerprint
        self._model: Any = ray.put(
            {path.name: path.read_bytes() for path in sorted(embedder.folder.iterdir()) if path.is_file()}
        )
        self._task = ray.remote(num_cpus=1, max_retries=RETRIES)(_embedded)
        self.cores = max(1, int(ray.cluster_resources().get("CPU", 1)))

    def __enter__(self) -> "Scattered":
        return self

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()

    def __call__(self, documents: Iterable[Document], embedder: Embedder) -> Iterator[Ready]:
        """Each document with its passages, in order; few shards are held at a time.

        Raises:
            NoWorkers: the library is of another model, or the cluster is lost.
        """
        if embedder.fingerprint != self._fingerprint:
            raise NoWorkers(
                "the library was embedded by another model than the one that was sent to the workers",
                remedy="set PINCITE_MODEL to the library's",
            )
        begun: deque[tuple[list[Document], Any]] = deque()
        waiting = shards(documents, self._shard_characters)
        while True:
            for shard in itertools.islice(waiting, max(0, AHEAD * self.cores - len(begun))):
                begun.append((shard, self._task.remote(self._model, self._fingerprint, shard)))
            if not begun:
                return
            shard, made = begun.popleft()
            yield from zip(shard, self._result(made), strict=True)

    def _result(self, made: Any) -> Sequence[list[Prepared]]:
        """What a task gives back."""
        from ray.exceptions import RayError, RayTaskError

        try:
            found: Sequence[list[Prepared]] = self._ray.get(made)
        except RayTaskError:
            raise  # the mistake is in a document, and is the one that would be made here
        except (RayError, ConnectionError) as error:
            raise NoWorkers(
                f"the Ray cluster was lost ({str(error).splitlines()[0]})",
                remedy="add the same files again: what was stored stays, and is not embedded twice",
            ) from error
        return found


def _connect(address: str) -> None:
    """Connect Ray, which does not always get its server for a new client to start at the first try."""
    import ray

    for left in reversed(range(ATTEMPTS)):
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        except ConnectionAbortedError:
            ray.shutdown()
            if not left:
                raise
        else:
            return


def _reach(address: str) -> None:
    """See that something listens there: Ray itself would wait for minutes.

    Raises:
        OSError, OverflowError, ValueError: nothing does.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_SECONDS).close()


def shards(documents: Iterable[Document], characters: int) -> Iterator[list[Document]]:
    """The documents in order, as many together as have so many code points, or one that has more."""
    shard: list[Document] = []
    size = 0
    for document in documents:
        if shard and size + len(document.text) > characters:
            yield shard
            shard, size = [], 0
        shard.append(document)
        size += len(document.text)
    if shard:
        yield shard


def _embedded(model: Files, fingerprint: str, documents: Sequence[Document]) -> list[list[Prepared]]:
    """The passages of each document: this runs on a worker."""
    embedder = _opened(fingerprint, _Model(model))
    return [list(prepare(document, embedder)) for document in documents]


class _Model:
    """Files that do not count when arguments are compared: the fingerprint beside them does."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Model)

    def __hash__(self) -> int:
        return 0


@lru_cache(1)
def _opened(fingerprint: str, model: _Model) -> CompiledEmbedder:
    """The model, opened once in a worker's process.

    Raises:
        NoWorkers: it is not the same there: another Pincite is installed.
    """
    with tempfile.TemporaryDirectory(prefix="pincite-model-") as folder:
        for name, content in model.files.items():
            Path(folder, name).write_bytes(content)
        embedder = CompiledEmbedder(Path(folder))
    if embedder.fingerprint != fingerprint:
        raise NoWorkers(
            f"a worker's vectors would be others ({embedder.fingerprint}, not {fingerprint})",
            remedy="install the same version of Pincite on all machines of the cluster",
        )
    return embedder
