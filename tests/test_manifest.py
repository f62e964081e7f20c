"""A compiled model says what it was made from, and notices every change."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.manifest import FILE, BrokenModel, Manifest, Recipe, check_file, file_sha256

RECIPE = Recipe(
    model="a model",
    weights_sha256="aa",
    tokenizer_sha256="bb",
    pooling="mean",
    max_sequence_tokens=256,
    dimension=384,
    question_prompt="",
    passage_prompt="",
)
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """The record of a model of one file, in ``tmp_path``."""
    (tmp_path / "model.onnx").write_bytes(b"hello")
    made = Manifest(RECIPE, {"model.onnx": HELLO}, cosine_mean=0.995, cosine_min=0.98)
    made.write(tmp_path)
    return made


def test_a_fingerprint_is_16_hexadecimal_digits_that_never_change() -> None:
    assert RECIPE.fingerprint("torch-float32") == "76acdf933d6bb64f"


@pytest.mark.parametrize(
    "change",
    [
        {"weights_sha256": "other"},
        {"tokenizer_sha256": "other"},
        {"pooling": "cls"},
        {"max_sequence_tokens": 512},
        {"dimension": 64},
        {"question_prompt": "query: "},
        {"passage_prompt": "passage: "},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_decides_the_vectors_changes_the_fingerprint(change: dict[str, str | int]) -> None:
    assert dataclasses.replace(RECIPE, **change).fingerprint("onnx") != RECIPE.fingerprint("onnx")


def test_the_runtime_is_part_of_the_fingerprint_and_the_name_is_not() -> None:
    assert RECIPE.fingerprint("onnx") != RECIPE.fingerprint("torch")
    assert dataclasses.replace(RECIPE, model="renamed").fingerprint("onnx") == RECIPE.fingerprint("onnx")


def test_what_is_written_is_read(manifest: Manifest, tmp_path: Path) -> None:
    assert Manifest.read(tmp_path) == manifest


def test_a_changed_file_is_refused_by_name(manifest: Manifest, tmp_path: Path) -> None:
    path = tmp_path / next(iter(manifest.files))
    path.write_bytes(b"hellp")
    with pytest.raises(BrokenModel) as caught:
        Manifest.read(tmp_path)
    assert caught.value.problem == f"the model file {path} is not the expected one (its SHA-256 differs)"
    assert caught.value.remedy == f"delete {tmp_path} and run 'pincite compile' to make it anew"


def test_a_missing_file_is_refused_by_name(manifest: Manifest, tmp_path: Path) -> None:
    path = tmp_path / next(iter(manifest.files))
    path.unlink()
    with pytest.raises(BrokenModel) as caught:
        Manifest.read(tmp_path)
    assert caught.value.problem == f"the model file {path} is missing"


def changed(record: str, key: str, value: object) -> str:
    return json.dumps({**json.loads(record), key: value})


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: "[]",
        lambda record: record[:-9],
        lambda record: changed(record, "recipe", {"model": "a model"}),
        lambda record: changed(record, "recipe", None),
        lambda record: changed(record, "files", None),
        lambda record: changed(record, "surplus", 1),
    ],
    ids=["empty", "list", "truncated", "recipe in part", "no recipe", "no files", "surplus"],
)
def test_a_damaged_record_is_refused_by_name(
    manifest: Manifest, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    assert Manifest.read(tmp_path) == manifest
    path = tmp_path / FILE
    path.write_text(damage(path.read_text()))
    with pytest.raises(BrokenModel) as caught:
        Manifest.read(tmp_path)
    assert caught.value.problem == f"the compiled model in {tmp_path} has no readable {FILE}"


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=f"has no readable {FILE}"):
        Manifest.read(tmp_path / "none")


def test_a_file_is_compared_with_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"hello")
    assert file_sha256(path) == HELLO
    check_file(path, HELLO, remedy="install it again")
    with pytest.raises(BrokenModel, match=r"its SHA-256 differs\); install it again$"):
        check_file(path, HELLO[::-1], remedy="install it again")
