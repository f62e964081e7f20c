"""What most tests start from: the real model, compiled once a run, and the seed article's library."""

from pathlib import Path

import pytest

from index.compiled import CompiledEmbedder
from index.formats import read_document, text_files
from index.library import Library
from index.models import DEFAULT_MODEL, compile_into

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model, compiled for this run: about fifteen seconds, once."""
    folder = tmp_path_factory.mktemp("models") / "compiled"
    compile_into(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def embedder(compiled: Path) -> CompiledEmbedder:
    """The compiled model, loaded."""
    return CompiledEmbedder(compiled)


@pytest.fixture(scope="session")
def seed_library(embedder: CompiledEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library of the seed article; tests only read it."""
    library = Library(tmp_path_factory.mktemp("seed-library"), embedder)
    library.seed(lambda: [read_document(path) for path in text_files(SEEDS)])
    library.checkpoint()
    return library
