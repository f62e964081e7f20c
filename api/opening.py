"""From settings to an open library, made from the seeds on first use."""

from api.settings import Settings
from index.embedding import Embedder
from index.formats import read_document, text_files
from index.library import Library
from index.models import open_embedder
from index.progress import Progress, silent
from index.turns import require_writable

MODELS = "models"


def open_library(settings: Settings, *, progress: Progress = silent) -> Library:
    """The library that ``settings`` name, ready to be asked; a new one first reads the seeds.

    Raises:
        PinciteError: the model, the folder or a seed cannot be used; it says which and what to do.
    """
    library = Library(settings.data, open_embedder_of(settings, progress), progress=progress)
    library.seed(lambda: [read_document(path) for path in text_files(settings.seeds)], progress=progress)
    return library


def reindex_library(settings: Settings, *, progress: Progress = silent) -> Library:
    """The same library, all its documents cut and embedded anew with the model that ``settings`` name."""
    return Library.reindexed(settings.data, open_embedder_of(settings, progress), progress=progress)


def open_embedder_of(settings: Settings, progress: Progress) -> Embedder:
    """The embedder that ``settings`` name; raises as ``open_library`` does."""
    require_writable(settings.data)  # before minutes of work whose result could not be kept
    return open_embedder(settings.model, settings.data / MODELS, runtime=settings.runtime, progress=progress)
