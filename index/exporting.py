"""What every compiled model goes through: a new folder, ONNX export, int8 weights."""

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of ``target`` once it is complete, or is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".compiling-", dir=target.parent))
    try:
        yield work
        work.chmod(0o755)
        for file in work.iterdir():
            file.chmod(0o644)
        if target.exists():
            shutil.rmtree(target)
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def export(module: torch.nn.Module, inputs: Sequence[str], target: Path) -> None:
    """Write ``module`` to ``target`` as ONNX with int8 weights, a scale for each output channel.

    Its ``inputs`` are ``(batch, tokens)`` int64, its only output is called "outputs" and begins with the same two
    axes. A single scale a matrix would cost 5 % of an embedding's cosine. The weights lie in a file beside it that
    onnxruntime maps: of a table of word vectors only the pages that are used take memory.
    """
    whole = target.with_name("float32.onnx")
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the exporter announces its own successor, and each constant it folds
        torch.onnx.export(
            module,
            tuple(torch.ones((1, 8), dtype=torch.int64) for _ in inputs),
            str(whole),
            input_names=list(inputs),
            output_names=["outputs"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*inputs, "outputs"]},
            dynamo=False,
        )
    logging.disable(logging.WARNING)  # it advises a preparation that changes nothing here
    try:
        quantize_dynamic(
            whole,
            target,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            use_external_data_format=True,
        )
    finally:
        logging.disable(logging.NOTSET)
    whole.unlink()
