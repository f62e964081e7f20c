"""From a reader's name to one that is ready to use."""

from importlib.util import find_spec
from pathlib import Path

from index.apart import apart
from index.errors import PinciteError
from index.models import checked_source, from_hub
from index.naming import DEFAULT_MODEL
from index.progress import Progress, silent
from qa.reading.compiled import CompiledReader
from qa.reading.manifest import FILE
from qa.reading.reader import Reader
from qa.reading.weights import committed

OWN, NONE = "pincite", "none"
FOLDER = "reader"
"""Where, in a compiled model's folder, the reader is that was compiled with it."""


class UnknownReader(PinciteError):
    """No reader of that name is on this machine, or what runs it is not installed."""


def open_reader(name: str, model: str, cache: Path, *, progress: Progress = silent) -> Reader | None:
    """The reader ``name``: "pincite", "none", a folder with a compiled one, or a cross-encoder's folder or name.

    Pincite's own lies beside the compiled ``model``, or in ``cache``, where it is compiled on first use.

    Raises:
        UnknownReader: it is nowhere on this machine.
        BrokenModel: one of its files is missing, or is not what was published or compiled.
        UnusableReader, FailedCompile: it cannot be loaded or compiled.
    """
    if name == NONE:
        return None
    if name == OWN:
        beside = Path(model) / FOLDER
        folder = beside if (beside / FILE).is_file() else reader_folder(cache)
        if not (folder / FILE).is_file():
            compile_own(folder, progress=progress)
        return CompiledReader(folder)
    if (Path(name) / FILE).is_file():
        return CompiledReader(Path(name))
    return _cross_encoder(name)


def reader_folder(cache: Path) -> Path:
    """Where Pincite's own reader is kept once compiled: named after the identity of its weights."""
    return cache / f"{FOLDER}-{committed().sha256[:12]}"


def compile_own(target: Path, *, progress: Progress = silent) -> float:
    """Compile Pincite's own reader into ``target``; how far its worst relevance is from torch's."""
    source = checked_source(DEFAULT_MODEL)
    if find_spec("torch") is None:
        raise UnknownReader(
            "the reader is not compiled, and torch is not installed to compile it",
            remedy="set PINCITE_RERANKER to a folder that 'pincite compile' made elsewhere, or to none",
        )
    progress("Loading sentence-transformers", 0, 0)
    difference: float = apart("qa.reading.compiling", str(source), str(target), progress=progress)
    return difference


def _cross_encoder(name: str) -> Reader:
    source = Path(name) if (Path(name) / "config.json").is_file() else from_hub(name)
    if source is None:
        raise UnknownReader(
            f"there is no reranker '{name}' on this machine",
            remedy="set PINCITE_RERANKER to pincite, none, or a cross-encoder's folder, or fetch it first with "
            "'hf download'",
        )
    try:
        from qa.reading.cross_encoder import CrossEncoderReader  # seconds, as above
    except ImportError as error:
        raise UnknownReader(
            f"a cross-encoder needs {error.name}, which is not installed",
            remedy="install sentence-transformers, or set PINCITE_RERANKER to pincite or none",
        ) from error
    return CrossEncoderReader(name, source)
