"""onnxruntime sessions that share a busy machine well."""

import os
from pathlib import Path

import onnxruntime


def open_session(path: Path, *, threads: int | None = None) -> onnxruntime.InferenceSession:
    """The model in ``path`` on the CPU; ``threads`` defaults to the cores that this process may use."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or available_cores()
    options.inter_op_num_threads = 1
    # Spinning threads make a busy machine slow: waiting ones give their core to whoever needs it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def available_cores() -> int:
    """The cores that this process may use, where the platform says; else those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
