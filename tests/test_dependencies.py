"""Every dependency is justified, and its licence is written down."""

import importlib.metadata
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from paths import ROOT

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
COPYLEFT = re.compile(r"GPL|MPL|EPL|CDDL|EUPL|Mozilla|UNKNOWN|General Public", re.IGNORECASE)


def lines_of(name: str) -> list[str]:
    """The requirements in a file of ``requirements/``."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pinned() -> dict[str, str]:
    """The version of every package that was tested."""
    pairs = (line.split("==") for line in lines_of("constraints.txt"))
    return {canonicalize_name(name): version for name, version in pairs}


def licences() -> dict[str, tuple[str, str]]:
    """Version and licence of each package that the committed table has."""
    rows = (ROOT / "requirements" / "licences.md").read_text(encoding="utf-8").splitlines()[2:]
    cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    return {canonicalize_name(name): (version.partition("+")[0], licence) for name, version, licence in cells}


def section(title: str) -> str:
    return ARCHITECTURE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_direct_dependency_is_justified_in_a_line_and_no_other_is() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    files = [path.name for path in (ROOT / "requirements").glob("*.txt") if path.name != "constraints.txt"]
    assert {"serve.txt", "model.txt", "dev.txt"} <= set(files)
    direct = {
        canonicalize_name(Requirement(line).name) for lines in (*map(lines_of, files), build) for line in lines
    }
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", section("Direct dependencies"), re.MULTILINE)
    named = [canonicalize_name(name) for row in rows if row != "package" for name in row.split(", ")]
    assert sorted(named) == sorted(direct)


def test_the_licence_of_every_pinned_package_is_written_down_for_the_version_that_is_pinned() -> None:
    """Of those that are installed here: some are pinned for other systems."""
    here = {canonicalize_name(one.name) for one in importlib.metadata.distributions()}
    expected = {name: version for name, version in pinned().items() if name in here}
    found = {name: version for name, (version, _) in licences().items()}
    assert len(expected) > 80
    assert {name: found.get(name) for name in expected} == expected, "run 'make licences'"
    assert {name: version for name, version in found.items() if pinned().get(name) != version} == {}


def test_no_licence_that_asks_for_something_goes_unmentioned() -> None:
    asking = {name for name, (_, licence) in licences().items() if COPYLEFT.search(licence)}
    assert {"chardet", "tqdm"} <= asking
    mentioned = {canonicalize_name(word) for word in re.findall(r"[\w-]+", section("Licences"))}
    assert asking - mentioned == set()
