"""Who is measured: each peer in each of its modes, and Pincite with nothing read and with the reader."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.libraries import environment as own_environment
from benchmarks.peers.environments import Environments
from benchmarks.processes import Partner

Mode = Literal["dense", "hybrid", "reading"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A peer in one mode; ``adapter`` is its module, and ``environment`` the list of packages that it needs."""

    peer: str
    mode: Mode
    adapter: str
    environment: str
    packages: tuple[str, ...]

    @property
    def name(self) -> str:
        """What results are kept under."""
        return f"{self.peer}, {self.mode}"

    @property
    def own(self) -> bool:
        """Whether it is Pincite."""
        return self.peer == "Pincite"


def _peer(peer: str, adapter: str, environment: str, packages: tuple[str, ...], *modes: Mode) -> list[Subject]:
    return [Subject(peer, mode, adapter, environment, packages) for mode in modes]


PINCITE = _peer("Pincite", "pincite", "", ("pincite",), "hybrid", "reading")
PEERS = [
    *_peer("tutorial", "tutorial", "tutorial", ("sentence-transformers", "faiss-cpu", "fastapi"), "dense"),
    *_peer("txtai", "txtai", "txtai", ("txtai",), "dense", "hybrid"),
    *_peer("LangChain", "langchain", "langchain", ("langchain", "langchain-community"), "dense", "hybrid"),
    *_peer("LlamaIndex", "llama_index", "llama-index", ("llama-index-core",), "dense", "hybrid"),
    *_peer("Haystack", "haystack", "haystack", ("haystack-ai",), "dense", "hybrid"),
    *_peer("Chroma", "chromadb", "chromadb", ("chromadb",), "dense"),
]
ENCODER = Subject("sentence-transformers", "dense", "encoder", "tutorial", ("sentence-transformers",))
"""The model alone, as its makers run it: no library behind it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every subject's processes need to know: where things are kept, and the model's folder."""

    scratch: Path
    environments: Environments
    model: Path

    def start(
        self, subject: Subject, saved: Path | None, *, data: Path | None = None, vectors: str = ""
    ) -> Partner:
        """A process of the subject, on a saved library or an empty one; Pincite's is in ``data``, or is saved."""
        told: Mapping[str, str] = {
            **os.environ,
            "TOKENIZERS_PARALLELISM": "true",
            "HF_HUB_OFFLINE": "1",
            "BENCHMARK_VECTORS": vectors,
            "ANONYMIZED_TELEMETRY": "False",
            "HAYSTACK_TELEMETRY_ENABLED": "False",
        }
        folder = saved or data
        if subject.own and folder:
            told = own_environment(folder)
        start = json.dumps([str(self.model), subject.mode, str(saved or "")])
        module = f"benchmarks.peers.adapters.{subject.adapter}"
        return Partner([self.python(subject), "-m", module, start], told, log=self.scratch / "errors.log")

    def python(self, subject: Subject) -> str:
        """The interpreter of its environment."""
        return sys.executable if subject.own else str(self.environments.python(subject.environment))


def linked(scratch: Path, model: Path) -> Path:
    """A link to the model's folder, whose name stays: some peers write it into what they save."""
    link = scratch / "model"
    if not link.is_symlink() or link.readlink() != model:
        link.unlink(missing_ok=True)
        link.symlink_to(model)
    return link
