"""Imports go one way: api, then qa, then index."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("index", "qa", "api")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
DOORS = {
    "faiss": ["index/vectors.py"],
    "tantivy": ["index/lexical.py"],
    "sentencex": ["index/sentences.py"],
    "rapidfuzz": ["qa/likeness.py"],
    "pymilvus": ["index/milvus/calls.py", "index/milvus/root.py", "index/milvus/schema.py"],
    "ray": ["index/scattered.py"],
}


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_its_own_layer_and_those_below(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    assert imported(path) & set(LAYERS) <= set(LAYERS[: layer + 1])


@pytest.mark.parametrize(("library", "modules"), DOORS.items())
def test_a_library_is_known_to_few(library: str, modules: list[str]) -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if library in imported(path)] == modules


def test_pydantic_stays_at_the_edge() -> None:
    assert [p for p in MODULES if "pydantic" in imported(p) and p.relative_to(ROOT).parts[0] != "api"] == []


def test_no_source_file_is_over_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in MODULES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 300
    }
    assert long == {}


def test_every_module_says_in_its_docstring_what_it_is_responsible_for() -> None:
    silent = [p for p in MODULES if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert silent == []
