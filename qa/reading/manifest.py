"""The record beside a compiled reader: what it was made from, and how near it is to that."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from index.manifest import BrokenModel, check_file

FILE = "reader.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The adapter and the base that were merged, the SHA-256 of each file beside it, and its largest error.

    ``largest_difference`` is between its relevances and torch's, as probabilities, on the compiler's probes.
    """

    adapter_sha256: str
    base_sha256: str
    files: dict[str, str]
    largest_difference: float

    def write(self, folder: Path) -> None:
        """Put the record into ``folder``."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The record in ``folder``, each file that it names checked against its hash.

        Raises:
            BrokenModel: a file is missing or was changed.
        """
        remedy = f"delete {folder} and run 'pincite compile' to make it anew"
        try:
            manifest = cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BrokenModel(f"the compiled reader in {folder} has no readable {FILE}", remedy=remedy) from error
        for name, sha256 in manifest.files.items():
            check_file(folder / name, sha256, remedy=remedy)
        return manifest
