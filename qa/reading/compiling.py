"""From the committed adapter and the base model to the int8 ONNX reader that serves, checked against torch."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from safetensors.torch import load_file

from index.compiling import FailedCompile
from index.exporting import export, new_folder
from index.manifest import check_file, hashes
from index.progress import Progress, silent
from index.spans import Span
from qa.reading.compiled import MODEL, RELEVANCE, TOKENIZER, CompiledReader, Doubles, probabilities, relevances_of
from qa.reading.manifest import Manifest
from qa.reading.network import ReaderNetwork, base
from qa.reading.pairing import Pairing
from qa.reading.reader import Excerpt
from qa.reading.weights import Weights, committed

STAGE = "Compiling the reader"
LARGEST_DIFFERENCE = 0.2
"""How far a compiled relevance may be from torch's, as a probability, on ``PROBES``."""


def _excerpt(*sentences: str) -> Excerpt:
    spans, length = [], 0
    for sentence in sentences:
        spans.append(Span(length, length + len(sentence)))
        length += len(sentence) + 1
    return Excerpt("", " ".join(sentences), tuple(spans))


_HARBOUR = _excerpt(
    "The harbour master, Ines Duarte, signed the order on Tuesday.",
    "Two of the three ships left the same night.",
    "The owners of the third demanded that she withdraw it.",
)
_PRICES = _excerpt(
    "Prices rose by 3.4 % in the second quarter, twice as fast as economists had expected.",
    "He never said that.",
    "She did, in a letter to her brother, dated 4 May 1887.",
)
PROBES = (
    ("Who signed the order?", _HARBOUR),
    ("How many ships left the harbour?", _HARBOUR),
    ("Who asked for the order to be withdrawn?", _HARBOUR),
    ("Who designed the bridge?", _HARBOUR),
    ("How fast did prices rise?", _PRICES),
    ("When was the letter written?", _PRICES),
    ("Who signed the order?", _PRICES),
)


class _SmallEmbedding(torch.nn.Module):
    """A table of vectors as int8, a scale a row: a quarter of the size, 0.4 % of a row's largest value off."""

    rows: torch.Tensor
    scale: torch.Tensor

    def __init__(self, table: torch.nn.Embedding) -> None:
        super().__init__()
        weight = table.weight.detach().float()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("rows", torch.round(weight / scale).to(torch.int8))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.rows[ids].float() * self.scale[ids]


def work(arguments: Sequence[str], progress: Progress) -> float:
    """``compile_reader`` of the committed weights for ``index.apart``: the source and the target.

    Returns how far its worst relevance is from torch's.
    """
    source, target = map(Path, arguments)
    return compile_reader(committed(), source, target, progress=progress).largest_difference


def compile_reader(weights: Weights, source: Path, target: Path, *, progress: Progress = silent) -> Manifest:
    """Compile ``weights`` over the model folder ``source`` into the folder ``target``, complete or not at all.

    Raises:
        BrokenModel: the weights, or the base model's, are not the expected ones.
        FailedCompile: the result is too far from torch's.
    """
    progress(STAGE, 0, 3)
    weights.check()
    check_file(source / "model.safetensors", weights.base_sha256, remedy="install the base model anew")
    network = merged(base(source, weights.layers), load_file(weights.path)).eval()
    with new_folder(target) as work:
        progress(STAGE, 1, 3)
        expected = [_relevances(network, source / TOKENIZER, question, excerpt) for question, excerpt in PROBES]
        embeddings = network.encoder.embeddings
        embeddings.set_submodule("word_embeddings", _SmallEmbedding(embeddings.word_embeddings))
        export(network, ("ids", "types"), work / MODEL)
        shutil.copyfile(source / TOKENIZER, work / TOKENIZER)
        progress(STAGE, 2, 3)
        manifest = _checked(weights, work, expected)
    progress(STAGE, 3, 3)
    return manifest


def merged(network: ReaderNetwork, adapter: Mapping[str, torch.Tensor]) -> ReaderNetwork:
    """The network with the adapter's products added to its weights, and the adapter's head."""
    with torch.no_grad():
        for name in sorted(name.removesuffix(".up") for name in adapter if name.endswith(".up")):
            layer = cast("torch.nn.Linear", network.encoder.get_submodule(name))
            layer.weight += adapter[f"{name}.up"].float() @ adapter[f"{name}.down"].float()
        network.head.weight.copy_(adapter["head.weight"])
        network.head.bias.copy_(adapter["head.bias"])
    return network


def _relevances(network: ReaderNetwork, tokenizer: Path, question: str, excerpt: Excerpt) -> Doubles:
    pairing = Pairing.of(tokenizer)
    pair = pairing.pair(pairing.question(question), excerpt.text, excerpt.sentences, context=excerpt.context)
    ids, types = (torch.from_numpy(array)[None] for array in (pair.ids, pair.types))
    with torch.inference_mode():
        outputs = network(ids, types)[0].numpy()
    return probabilities(relevances_of(outputs[:, RELEVANCE], pair, len(excerpt.sentences)))


def _checked(weights: Weights, folder: Path, expected: Sequence[Doubles]) -> Manifest:
    files = hashes(folder)
    Manifest(weights.sha256, weights.base_sha256, files, 1.0).write(folder)
    reader = CompiledReader(folder)
    differences = [
        np.abs(np.array(next(reader.read(question, [excerpt])).relevances) - wanted).max()
        for (question, excerpt), wanted in zip(PROBES, expected, strict=True)
    ]
    largest = float(max(differences))
    if largest > LARGEST_DIFFERENCE:
        raise FailedCompile(
            f"the reader lost too much when compiled (a relevance is {largest:.3f} off, and may be "
            f"{LARGEST_DIFFERENCE})",
            remedy="set PINCITE_RERANKER=none to answer without it, and report this",
        )
    manifest = Manifest(weights.sha256, weights.base_sha256, files, largest)
    manifest.write(folder)
    return manifest
