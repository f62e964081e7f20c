"""The committed weights of Pincite's reader: low-rank adapters over the default model, and their record."""

import json
from dataclasses import dataclass
from pathlib import Path

from index.manifest import check_file

RECORD = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """A safetensors file, its SHA-256, the base that it adapts, and how many of the base's layers are used."""

    path: Path
    sha256: str
    base_sha256: str
    layers: int

    def check(self) -> None:
        """Compare the file with its hash.

        Raises:
            BrokenModel: it is missing, or another file.
        """
        check_file(self.path, self.sha256, remedy="install Pincite anew")


def committed() -> Weights:
    """The weights that come with Pincite; ``benchmarks/reader`` makes them and their record."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    return Weights(
        RECORD.with_suffix(".safetensors"), record["sha256"], record["base"]["sha256"], record["plan"]["layers"]
    )
