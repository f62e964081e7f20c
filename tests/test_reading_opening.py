"""From a reader's name to a reader."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import tiny_cross_encoder
import tiny_model
from index.manifest import BrokenModel
from index.models import DEFAULT_MODEL, checked_source
from qa.reading.compiled import CompiledReader
from qa.reading.compiling import compile_reader
from qa.reading.cross_encoder import CrossEncoderReader, UnusableReader
from qa.reading.opening import FOLDER, UnknownReader, open_reader
from qa.reading.weights import RECORD, committed


def test_none_is_no_reader(tmp_path: Path) -> None:
    assert open_reader("none", DEFAULT_MODEL, tmp_path) is None


def test_the_own_reader_lies_beside_the_compiled_model(compiled: Path, tmp_path: Path) -> None:
    found = open_reader("pincite", str(compiled), tmp_path)
    assert isinstance(found, CompiledReader)
    assert list(tmp_path.iterdir()) == []


def test_a_compiled_folder_is_opened_by_its_path(compiled: Path, tmp_path: Path) -> None:
    found = open_reader(str(compiled / FOLDER), DEFAULT_MODEL, tmp_path)
    assert isinstance(found, CompiledReader)
    assert found.name == f"pincite-reader-{committed().sha256[:12]}"


def test_a_cross_encoder_is_opened_by_its_path(tmp_path: Path) -> None:
    folder = tiny_cross_encoder.save(tmp_path / "tiny")
    found = open_reader(str(folder), DEFAULT_MODEL, tmp_path)
    assert isinstance(found, CrossEncoderReader)
    assert found.name == str(folder)


def test_a_name_that_is_nowhere_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnknownReader, match="there is no reranker 'nobody/nothing' on this machine; set PINCITE_R"):
        open_reader("nobody/nothing", DEFAULT_MODEL, tmp_path)


def test_a_model_with_more_than_one_score_a_pair_is_refused(tmp_path: Path) -> None:
    folder = tiny_cross_encoder.save(tmp_path / "three", labels=3)
    with pytest.raises(UnusableReader, match="gives 3 scores for a pair, not one"):
        open_reader(str(folder), DEFAULT_MODEL, tmp_path)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UnusableReader, match="cannot be loaded"):
        open_reader(str(tmp_path), DEFAULT_MODEL, tmp_path)


@pytest.mark.parametrize("damage", ["model.onnx", "tokenizer.json", "reader.json"])
def test_a_damaged_compiled_reader_is_named(compiled: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(compiled / FOLDER, folder)
    (folder / damage).write_bytes(b"{")
    with pytest.raises(BrokenModel, match="run 'pincite compile' to make it anew"):
        open_reader(str(folder), DEFAULT_MODEL, tmp_path)


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    changed = tmp_path / "weights.safetensors"
    changed.write_bytes(committed().path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(BrokenModel, match="is not the expected one"):
        compile_reader(replace(committed(), path=changed), checked_source(DEFAULT_MODEL), tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_another_base_is_refused(tmp_path: Path) -> None:
    other = tiny_model.save(tmp_path / "tiny")
    with pytest.raises(BrokenModel, match="is not the expected one"):
        compile_reader(committed(), other, tmp_path / "target")


def test_the_committed_weights_are_small_and_say_what_they_are_from() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert committed().path.stat().st_size < 3_000_000
    assert record["questions"].keys() == {"squadshifts-reddit", "squadshifts-amazon", "squad2-dev"}
    assert "CC BY" in record["licence"]
    committed().check()
