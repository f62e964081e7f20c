"""The model's matrix products alone, in onnxruntime: nothing that has a result needs less time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Literal

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

Precision = Literal["int8", "float32"]
SEED = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """The model's own: ``layers`` of four products with ``hidden`` and two between that and ``inner``."""

    layers: int
    hidden: int
    inner: int

    def operations(self, tokens: int) -> int:
        """Multiplications and additions of the products with weights, for a text of so many tokens."""
        return 2 * tokens * self.layers * (4 * self.hidden**2 + 2 * self.hidden * self.inner)


class Products:
    """A graph of all the model's products with weights, none waiting for another, in one thread."""

    def __init__(self, shape: Shape, precision: Precision) -> None:
        self._shape = shape
        self._type = np.uint8 if precision == "int8" else np.float32
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        content = _graph(shape, precision).SerializeToString()
        self._session = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])

    def seconds(self, tokens: int) -> float:
        """Of one text."""
        rng = np.random.default_rng(SEED)
        feeds = {
            name: rng.integers(0, 255, (tokens, width)).astype(self._type)
            for name, width in (("hidden", self._shape.hidden), ("inner", self._shape.inner))
        }
        begin = perf_counter()
        self._session.run(None, feeds)
        return perf_counter() - begin

    def all_seconds(self, texts: list[int], *, threads: int) -> float:
        """Of texts with so many tokens, side by side in ``threads``."""
        rng = np.random.default_rng(SEED)
        longest = max(texts)
        hidden = rng.integers(0, 255, (longest, self._shape.hidden)).astype(self._type)
        inner = rng.integers(0, 255, (longest, self._shape.inner)).astype(self._type)

        def run(tokens: int) -> None:
            self._session.run(None, {"hidden": hidden[:tokens], "inner": inner[:tokens]})

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, texts[:threads]))
            begin = perf_counter()
            list(pool.map(partial(run), texts))
            return perf_counter() - begin


def _graph(shape: Shape, precision: Precision) -> onnx.ModelProto:
    rng = np.random.default_rng(SEED)
    sizes = [("hidden", shape.hidden, shape.hidden)] * 4
    sizes += [("hidden", shape.hidden, shape.inner), ("inner", shape.inner, shape.hidden)]
    whole = precision == "int8"
    given, made = (TensorProto.UINT8, TensorProto.INT32) if whole else (TensorProto.FLOAT, TensorProto.FLOAT)
    nodes, weights, outputs = [], [], []
    for number, (source, rows, columns) in enumerate(sizes * shape.layers):
        values = rng.integers(-64, 64, (rows, columns)).astype(np.int8 if whole else np.float32)
        weights.append(numpy_helper.from_array(values, f"w{number}"))
        nodes.append(
            helper.make_node("MatMulInteger" if whole else "MatMul", [source, f"w{number}"], [f"y{number}"])
        )
        outputs.append(helper.make_tensor_value_info(f"y{number}", made, [None, columns]))
    inputs = [
        helper.make_tensor_value_info("hidden", given, [None, shape.hidden]),
        helper.make_tensor_value_info("inner", given, [None, shape.inner]),
    ]
    graph = helper.make_graph(nodes, "products", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
