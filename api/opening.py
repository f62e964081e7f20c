"""From settings to an open library, made from the seeds on first use."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from api.engines import Kind, address_of, no_client, open_engine
from api.settings import Settings
from index.copying import Copied, copy
from index.documents import Document
from index.embedding import Embedder
from index.fingerprints import ModelName, Opener
from index.formats.reading import read
from index.formats.table import SUFFIXES
from index.library import Library
from index.models import Runtime, open_embedder
from index.progress import Progress, silent
from index.reindexing import Reindexed, reindex
from index.turns import require_writable
from index.walking import files_in
from qa.answering import Answerer
from qa.effort import Effort
from qa.reading.opening import open_reader
from qa.reading.reader import Reader
from qa.stages import Stages, unmeasured

MODELS = "models"
OTHER: Mapping[Kind, Kind] = {"local": "milvus", "milvus": "local"}


def open_library(settings: Settings, *, progress: Progress = silent) -> Library:
    """The library that ``settings`` name, ready to be asked; a new one first reads the seeds.

    Raises:
        PinciteError: the model, the folder or a seed cannot be used; it says which and what to do.
    """
    embedder = open_embedder_of(settings, progress)
    library = Library(
        open_engine(settings.engine, settings, embedder, opener=opener_beside(settings), progress=progress)
    )
    library.seed(lambda: seeds_in(settings.seeds), progress=progress)
    return library


def open_answerer(settings: Settings, *, progress: Progress = silent, stages: Stages = unmeasured) -> Answerer:
    """What answers questions as ``settings`` say; raises as ``open_library`` does."""
    library = open_library(settings, progress=progress)
    return Answerer(library, open_reader_of(settings, progress), effort=effort_of(settings), stages=stages)


def open_reader_of(settings: Settings, progress: Progress) -> Reader | None:
    """The reader that ``settings`` name, None for none; raises as ``open_library`` does."""
    return open_reader(settings.reranker, settings.model, settings.data / MODELS, progress=progress)


def effort_of(settings: Settings) -> Effort:
    """How much may be read."""
    return Effort(settings.read_passages, settings.read_budget_ms)


def seeds_in(folder: Path) -> list[Document]:
    """The documents that a new library starts with: those in files of a known kind.

    Raises:
        PinciteError: one cannot be read.
    """
    files = [found for found in files_in(folder) if found.path.suffix.lower() in SUFFIXES]
    return [one.document for found in files for one in read(found.required(), source=found.source)]


def reindex_library(settings: Settings, *, progress: Progress = silent) -> Reindexed:
    """Cut and embed all documents of the library anew with the model that ``settings`` name."""
    embedder = open_embedder_of(settings, progress)
    folder = Path(settings.model)
    name = ModelName(str(folder.resolve()) if folder.exists() else settings.model, settings.runtime)
    if settings.engine == "local":
        return reindex(settings.data, embedder, name=name, progress=progress)
    try:
        from index.milvus.reindexing import reindex as reindex_there
    except ImportError as error:
        raise no_client() from error
    return reindex_there(address_of(settings), embedder, name=name, progress=progress)


def copy_library(settings: Settings, to: Kind, *, progress: Progress = silent) -> Copied:
    """Copy the library of the other engine to that one, both where ``settings`` say; nothing is embedded.

    Raises:
        PinciteError: the model or one of the engines cannot be used, or holds another model's vectors.
    """
    embedder = open_embedder_of(settings, progress)

    def opened(kind: Kind) -> contextlib.closing[Library]:
        return contextlib.closing(Library(open_engine(kind, settings, embedder, progress=progress)))

    with opened(OTHER[to]) as source, opened(to) as target:
        return copy(source.engine, target.engine, progress=progress)


def opener_beside(settings: Settings) -> Opener:
    """Opens another model than ``settings`` name, where the library was embedded anew by it meanwhile."""

    def opened(name: ModelName) -> Embedder:
        runtime: Runtime = "torch" if name.runtime == "torch" else "onnx"
        return open_embedder(name.model, settings.data / MODELS, runtime=runtime)

    return opened


def open_embedder_of(settings: Settings, progress: Progress) -> Embedder:
    """The embedder that ``settings`` name; raises as ``open_library`` does."""
    require_writable(settings.data)  # before minutes of work whose result could not be kept
    return open_embedder(settings.model, settings.data / MODELS, runtime=settings.runtime, progress=progress)
