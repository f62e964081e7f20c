"""From settings to what keeps the library."""

from typing import Literal

from api.settings import BadSettings, Settings
from index.embedding import Embedder
from index.engine import Engine
from index.errors import PinciteError
from index.fingerprints import Opener
from index.local import LocalEngine
from index.milvus.address import Address
from index.progress import Progress, silent

Kind = Literal["local", "milvus"]


class NoMilvus(PinciteError):
    """Milvus is to keep the library, and its client is not installed."""


def open_engine(
    kind: Kind,
    settings: Settings,
    embedder: Embedder,
    *,
    opener: Opener | None = None,
    progress: Progress = silent,
) -> Engine:
    """The engine of that kind where ``settings`` say that it is; nothing of the other's is imported.

    Raises:
        BadSettings: they do not say where.
        NoMilvus: its client is not installed.
        PinciteError: it cannot be used, or holds another model's vectors.
    """
    if kind == "local":
        return LocalEngine(settings.data, embedder, opener=opener, progress=progress)
    address = address_of(settings)
    try:
        from index.milvus.engine import MilvusEngine
    except ImportError as error:
        raise no_client() from error
    return MilvusEngine(address, embedder, opener=opener)


def address_of(settings: Settings) -> Address:
    """Where the Milvus is that ``settings`` name.

    Raises:
        BadSettings: they name none.
    """
    if settings.milvus_uri is None:
        raise BadSettings(
            "PINCITE_MILVUS_URI is not set",
            remedy="set it to the Milvus server's address, http://127.0.0.1:19530 say",
        )
    token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
    return Address(settings.milvus_uri, token, settings.milvus_prefix)


def no_client() -> NoMilvus:
    """The error where what asks Milvus cannot be imported."""
    return NoMilvus("the client of Milvus is not installed", remedy="pip install 'pincite[milvus]'")
