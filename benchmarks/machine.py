"""What a measurement was made on, for its record."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("pincite", "onnxruntime", "faiss-cpu", "tantivy", "sentencex", "sentence-transformers", "numpy")


def machine() -> dict[str, Any]:
    """The processor, its cores, and Python."""
    return {"cpu": cpu(), "cores": os.cpu_count(), "python": platform.python_version()}


def versions() -> dict[str, str]:
    """The versions of the packages that decide results."""
    return {package: version(package) for package in PACKAGES}


def cpu() -> str:
    """The processor's name."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if sys.platform == "linux" else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
