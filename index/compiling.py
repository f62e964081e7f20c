"""From a sentence-transformers model to the int8 ONNX model that serves, checked against it."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Transformer

from index.compiled import MODEL, TOKENIZER, CompiledEmbedder
from index.embedding import Embedder
from index.errors import PinciteError
from index.exporting import export, new_folder
from index.manifest import POOLINGS, Manifest, hashes
from index.progress import Progress, silent
from index.reference import ReferenceEmbedder, UnusableModel, load
from index.spans import Span

STAGE = "Compiling the model"
COSINE_MEAN, COSINE_MIN = 0.99, 0.98
"""How near the compiled vectors must be to the original's, on ``PROBES``."""

PROBES = (
    "The harbour master signed the order on Tuesday.",
    "Who signed the order?",
    "Prices rose by 3.4 % in the second quarter, twice as fast as economists had expected.",
    "He never said that. She did, in a letter to her brother, dated 4 May 1887.",
    "def area(radius: float) -> float: return math.pi * radius ** 2",
    "Water boils at 100 °C at sea level and at about 93 °C in Denver.",
    "Nach dem Regen roch die Straße nach Staub und Flieder.",
    "A committee of nine members, four of them elected, reviews every appeal within thirty days; its "
    "decisions are published, but the names of those who voted against are not.",
)


class FailedCompile(PinciteError):
    """The compiled model does not agree with the one that it was made from."""


class _TokenOutputs(torch.nn.Module):
    """The transformer alone, its arguments by position: what ONNX export can trace."""

    def __init__(self, transformer: torch.nn.Module, names: list[str]) -> None:
        super().__init__()
        self.transformer = transformer
        self.names = names

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        outputs: torch.Tensor = self.transformer(**dict(zip(self.names, inputs, strict=True)))[0]
        return outputs


def work(arguments: Sequence[str], progress: Progress) -> None:
    """``compile_model`` for ``index.apart``: the source, the target and the name."""
    source, target, name = arguments
    compile_model(Path(source), Path(target), name=name, progress=progress)


def compile_model(source: Path, target: Path, *, name: str, progress: Progress = silent) -> Manifest:
    """Compile the model folder ``source`` into the new folder ``target``, which appears complete or not at all.

    Raises:
        UnusableModel: ``source`` cannot be loaded, or has layers behind its pooling.
        FailedCompile: the result is too far from the original.
    """
    progress(STAGE, 0, 4)
    reference = ReferenceEmbedder(source)
    if reference.recipe.pooling not in POOLINGS:
        raise UnusableModel(
            f"{name} cannot be compiled: its pooling is '{reference.recipe.pooling}'",
            remedy="set PINCITE_RUNTIME=torch to run it with sentence-transformers",
        )
    with new_folder(target) as work:
        progress(STAGE, 1, 4)
        model = load(source, attention="eager")
        progress(STAGE, 2, 4)
        _export(model, work / MODEL)
        reference.tokenizer.save(str(work / TOKENIZER))
        progress(STAGE, 3, 4)
        manifest = _checked(reference, work, name)
    progress(STAGE, 4, 4)
    return manifest


def _export(model: SentenceTransformer, path: Path) -> None:
    transformer = cast("torch.nn.Module", cast("Transformer", model[0]).auto_model).float().cpu()
    taken = model.tokenizer.model_input_names
    # No mask: a text that is run alone has no padding to hide.
    names = [str(name) for name in ("input_ids", "token_type_ids") if name in taken]
    export(_TokenOutputs(transformer, names), names, path)


def _checked(reference: ReferenceEmbedder, folder: Path, name: str) -> Manifest:
    files = hashes(folder)
    Manifest(reference.recipe, files, cosine_mean=0.0, cosine_min=0.0).write(folder)
    cosines = agreement(reference, CompiledEmbedder(folder), PROBES)
    if cosines.mean() < COSINE_MEAN or cosines.min() < COSINE_MIN:
        raise FailedCompile(
            f"{name} lost too much when compiled (cosine {cosines.mean():.3f} on average, {cosines.min():.3f} "
            f"at worst; {COSINE_MEAN} and {COSINE_MIN} are asked for)",
            remedy="set PINCITE_RUNTIME=torch to run it with sentence-transformers",
        )
    manifest = Manifest(reference.recipe, files, cosine_mean=float(cosines.mean()), cosine_min=float(cosines.min()))
    manifest.write(folder)
    return manifest


def agreement(
    one: Embedder, other: Embedder, texts: tuple[str, ...]
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """``(len(texts),)`` float32: the cosine between the two embedders' vectors of each text."""
    pairs = [
        (one.embed_passage(text, [Span(0, len(text))])[0], other.embed_passage(text, [Span(0, len(text))])[0])
        for text in texts
    ]
    return np.array([a @ b for a, b in pairs], dtype=np.float32)
