"""onnxruntime sessions that share a busy machine well."""

import os
from pathlib import Path

import onnxruntime

SLOW_FUSION = "SkipLayerNormFusion"
"""Of a sum and its normalisation: onnxruntime 1.32 takes four times as long for both in one as one by one."""


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """The model in ``path`` on the CPU, each run in the thread that asks for it.

    Texts are run side by side instead: cores that share a short text wait for each other most of the time.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # A plan of memory for each length of text would cut the session's memory into pieces that no other length fits.
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        str(path), options, ["CPUExecutionProvider"], disabled_optimizers=[SLOW_FUSION]
    )


def available_cores() -> int:
    """The cores that this process may use, where the platform says; else those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
