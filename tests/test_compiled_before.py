"""Folders that an earlier Pincite compiled: their networks ask for a mask of padding, which there never is."""

import shutil
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

import qa.reading.manifest as readers
from index.compiled import MODEL, CompiledEmbedder
from index.manifest import Manifest, file_sha256
from index.spans import Span
from qa.reading.compiled import CompiledReader
from qa.reading.opening import FOLDER
from qa.reading.reader import Excerpt

TEXT = "Ines Duarte signed the order on Tuesday. Two ships left the same night."
SENTENCES = (Span(0, 40), Span(41, 71))


def with_input(model: Path, name: str) -> str:
    """The hash of the model's file, now that its network asks for one more array."""
    network = onnx.load(model, load_external_data=False)
    network.graph.input.append(helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]))
    onnx.save(network, model)
    return file_sha256(model)


@pytest.fixture
def before(compiled: Path, tmp_path: Path) -> Path:
    """The compiled folder, with the reader's inside it, as it would be with masks."""
    folder: Path = shutil.copytree(compiled, tmp_path / "before")
    record = Manifest.read(folder)
    changed = with_input(folder / MODEL, "attention_mask")
    replace(record, files={**record.files, MODEL: changed}).write(folder)
    own = readers.Manifest.read(folder / FOLDER)
    changed = with_input(folder / FOLDER / MODEL, "mask")
    replace(own, files={**own.files, MODEL: changed}).write(folder / FOLDER)
    return folder


def test_a_new_network_asks_for_no_mask(compiled: Path) -> None:
    for folder, inputs in ((compiled, ["input_ids", "token_type_ids"]), (compiled / FOLDER, ["ids", "types"])):
        network = onnx.load(folder / MODEL, load_external_data=False)
        assert [wanted.name for wanted in network.graph.input] == inputs


def test_vectors_of_an_earlier_folder_are_the_same(before: Path, embedder: CompiledEmbedder) -> None:
    earlier = CompiledEmbedder(before)
    vectors = earlier.embed_passage(TEXT, SENTENCES)
    assert earlier.fingerprint == embedder.fingerprint
    assert vectors.tobytes() == embedder.embed_passage(TEXT, SENTENCES).tobytes()


def test_an_earlier_reader_reads_the_same(before: Path, reader: CompiledReader) -> None:
    question, excerpt = "Who signed the order?", Excerpt("", TEXT, SENTENCES)
    assert list(CompiledReader(before / FOLDER).read(question, [excerpt])) == list(reader.read(question, [excerpt]))
