"""From a model's name or folder to an embedder that is ready to use."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import tiny_model
from index.compiled import CompiledEmbedder
from index.embedding import Embedder
from index.manifest import FILE, BrokenModel, Manifest
from index.models import DEFAULT_MODEL, UnknownModel, compile_into, compiled_folder, open_embedder
from index.reference import ReferenceEmbedder, UnusableModel
from index.sentences import split

TEXT = "storm broke the mast. crew slept."


def test_the_default_model_is_the_published_one(compiled: Path) -> None:
    recipe = Manifest.read(compiled).recipe
    assert recipe.weights_sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (recipe.pooling, recipe.max_sequence_tokens, recipe.dimension) == ("mean", 256, 384)
    assert (recipe.question_prompt, recipe.passage_prompt) == ("", "")


def test_a_compiled_folder_is_opened_as_it_is(compiled: Path, embedder: CompiledEmbedder, tmp_path: Path) -> None:
    opened = open_embedder(str(compiled), tmp_path / "cache")
    assert isinstance(opened, CompiledEmbedder)
    assert opened.fingerprint == embedder.fingerprint
    assert not (tmp_path / "cache").exists()


def test_a_model_is_compiled_on_first_use_and_then_found(tmp_path: Path) -> None:
    source = tiny_model.save(tmp_path / "Tiny Model")
    reports: list[tuple[str, int, int]] = []
    first = open_embedder(str(source), tmp_path / "cache", progress=lambda *report: reports.append(report))
    stages = [("Loading sentence-transformers", 0, 0), *(("Compiling the model", done, 4) for done in range(5))]
    assert reports == stages
    [folder] = (tmp_path / "cache").iterdir()
    assert folder == compiled_folder(str(source), tmp_path / "cache")
    assert sorted(path.name for path in folder.iterdir()) == [
        FILE,
        "model.onnx",
        "model.onnx.data",
        "tokenizer.json",
    ]
    second = open_embedder(str(source), tmp_path / "cache", progress=lambda *report: reports.append(report))
    assert reports == stages
    assert second.embed_question("storm").tobytes() == first.embed_question("storm").tobytes()


def test_the_compiled_folder_is_named_after_the_model_and_the_identity_of_its_files(tmp_path: Path) -> None:
    assert compiled_folder(DEFAULT_MODEL, tmp_path) == tmp_path / "all-minilm-l6-v2-53aa51172d14"
    source = tmp_path / "My Model_2"
    source.mkdir()
    (source / "modules.json").write_text("[]")
    before = compiled_folder(str(source), tmp_path)
    assert before.name.startswith("my-model-2-")
    assert compiled_folder(str(source), tmp_path) == before
    os.utime(source / "modules.json", (1, 1))
    assert compiled_folder(str(source), tmp_path) != before


def agrees(one: Embedder, other: Embedder) -> bool:
    """Whether questions, passages and sentences are nearly the same under both."""
    ours, theirs = (
        np.vstack([model.embed_question("who broke it"), model.embed_passage(TEXT, split(TEXT), context="sea")])
        for model in (one, other)
    )
    return bool(((ours * theirs).sum(axis=1) > 0.98).all())


@pytest.mark.parametrize(
    ("pooling", "prompts"),
    [("cls", None), ("mean", {"query": "ask ", "document": "tell "})],
    ids=["cls", "prompts"],
)
def test_pooling_and_prompts_are_the_models_own(
    tmp_path: Path, pooling: str, prompts: dict[str, str] | None
) -> None:
    source = tiny_model.save(tmp_path / "model", pooling=pooling, prompts=prompts)
    plain = open_embedder(str(tiny_model.save(tmp_path / "plain")), tmp_path / "cache")
    opened = open_embedder(str(source), tmp_path / "cache")
    torch = open_embedder(str(source), tmp_path / "cache", runtime="torch")
    assert isinstance(torch, ReferenceEmbedder)
    assert agrees(opened, torch)
    assert not agrees(opened, plain)
    assert len({opened.fingerprint, torch.fingerprint, plain.fingerprint}) == 3


@pytest.mark.parametrize(
    ("pooling", "dense", "named"), [("max", None, "max"), ("mean", 16, "own: Pooling, Dense")], ids=["max", "dense"]
)
def test_a_model_that_cannot_be_compiled_is_refused_with_the_runtime_that_can(
    tmp_path: Path, pooling: str, dense: int | None, named: str
) -> None:
    source = tiny_model.save(tmp_path / "model", pooling=pooling, dense=dense)
    with pytest.raises(UnusableModel) as caught:
        open_embedder(str(source), tmp_path / "cache")
    assert caught.value.problem == f"{source} cannot be compiled: its pooling is '{named}'"
    assert caught.value.remedy == "set PINCITE_RUNTIME=torch to run it with sentence-transformers"
    opened = open_embedder(str(source), tmp_path / "cache", runtime="torch")
    assert opened.dimension == (dense or tiny_model.DIMENSION)
    assert not (tmp_path / "cache").exists()


def test_a_failed_compile_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tiny_model.save(tmp_path / "model")
    (source / "model.safetensors").unlink()
    with pytest.raises(UnusableModel):
        compile_into(str(source), tmp_path / "cache" / "compiled")
    assert not (tmp_path / "cache").exists()


def test_compiling_again_replaces_what_was_there(tmp_path: Path) -> None:
    source = tiny_model.save(tmp_path / "model")
    target = tmp_path / "compiled"
    target.mkdir()
    (target / "left over").touch()
    compile_into(str(source), target)
    assert sorted(path.name for path in target.iterdir()) == [
        FILE,
        "model.onnx",
        "model.onnx.data",
        "tokenizer.json",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compiled", "model", "model-bert"]


def test_a_damaged_model_in_the_cache_is_refused_by_file(compiled: Path, tmp_path: Path) -> None:
    folder = compiled_folder(DEFAULT_MODEL, tmp_path)
    shutil.copytree(compiled, folder)
    (folder / "model.onnx").write_bytes(b"other")
    with pytest.raises(BrokenModel, match=rf"^the model file {folder / 'model.onnx'} is not the expected one"):
        open_embedder(DEFAULT_MODEL, tmp_path)


def test_a_name_that_is_nowhere_on_this_machine_is_refused_with_the_remedy(tmp_path: Path) -> None:
    for name in ("nobody/has-this-model", str(tmp_path / "no such folder"), "two words"):
        with pytest.raises(UnknownModel) as caught:
            open_embedder(name, tmp_path)
        assert caught.value.problem == f"there is no model '{name}' on this machine"
        assert caught.value.remedy.startswith("set PINCITE_MODEL to a sentence-transformers or compiled folder")
