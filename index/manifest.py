"""The record beside a compiled model: what it was made from and how to run it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import PinciteError

FILE = "manifest.json"
POOLINGS = frozenset({"mean", "cls"})
"""Ways from token outputs to a passage's vector that a compiled model can go."""


class BrokenModel(PinciteError):
    """A model file is missing, or is not the one that was made or published."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a model's vectors, apart from the runtime: read from its own files."""

    model: str
    weights_sha256: str
    tokenizer_sha256: str
    pooling: str
    max_sequence_tokens: int
    dimension: int
    question_prompt: str
    passage_prompt: str

    def fingerprint(self, runtime: str) -> str:
        """16 hexadecimal digits over the recipe, save the model's name, and ``runtime``."""
        decisive = {key: value for key, value in asdict(self).items() if key != "model"}
        blob = json.dumps({**decisive, "runtime": runtime}, sort_keys=True).encode()
        return hashlib.sha256(blob).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A compiled model's recipe, the SHA-256 of each file beside it, and how near it is to the original."""

    recipe: Recipe
    files: dict[str, str]
    cosine_mean: float
    cosine_min: float

    def write(self, folder: Path) -> None:
        """Put the record into ``folder``."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"
        (folder / FILE).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The record in ``folder``, each file that it names checked against its hash.

        Raises:
            BrokenModel: a file is missing or was changed.
        """
        try:
            record = json.loads((folder / FILE).read_text(encoding="utf-8"))
            parts = {"recipe": Recipe(**record["recipe"]), "files": dict(record["files"])}
            manifest = cls(**{**record, **parts})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BrokenModel(
                f"the compiled model in {folder} has no readable {FILE}", remedy=_remedy(folder)
            ) from error
        for name, sha256 in manifest.files.items():
            check_file(folder / name, sha256, remedy=_remedy(folder))
        return manifest


def check_file(path: Path, sha256: str, *, remedy: str) -> None:
    """Compare a file with the SHA-256 it should have.

    Raises:
        BrokenModel: it is missing, or another file.
    """
    if not path.is_file():
        raise BrokenModel(f"the model file {path} is missing", remedy=remedy)
    if file_sha256(path) != sha256:
        raise BrokenModel(f"the model file {path} is not the expected one (its SHA-256 differs)", remedy=remedy)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in ``folder`` under its name, before there is a record of them."""
    return {path.name: file_sha256(path) for path in sorted(folder.iterdir())}


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remedy(folder: Path) -> str:
    return f"delete {folder} and run 'pincite compile' to make it anew"
