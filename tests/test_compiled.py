"""The compiled model as it serves."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.compiled import MODEL, TOKENIZER, CompiledEmbedder
from index.manifest import FILE, BrokenModel
from index.sentences import split
from index.spans import Span


def copied(compiled: Path, tmp_path: Path) -> Path:
    folder: Path = shutil.copytree(compiled, tmp_path / "copy")
    return folder


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_missing_file_is_named(compiled: Path, tmp_path: Path, name: str) -> None:
    folder = copied(compiled, tmp_path)
    (folder / name).unlink()
    with pytest.raises(BrokenModel) as caught:
        CompiledEmbedder(folder)
    assert caught.value.problem == f"the model file {folder / name} is missing"
    assert caught.value.remedy == f"delete {folder} and run 'pincite compile' to make it anew"


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_file_with_one_changed_bit_is_named(compiled: Path, tmp_path: Path, name: str) -> None:
    folder = copied(compiled, tmp_path)
    raw = bytearray((folder / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / name).write_bytes(raw)
    with pytest.raises(BrokenModel) as caught:
        CompiledEmbedder(folder)
    assert caught.value.problem == f"the model file {folder / name} is not the expected one (its SHA-256 differs)"


def test_a_folder_without_its_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel) as caught:
        CompiledEmbedder(tmp_path)
    assert caught.value.problem == f"the compiled model in {tmp_path} has no readable {FILE}"


def test_it_knows_its_size_and_its_limit_less_the_special_tokens(embedder: CompiledEmbedder) -> None:
    assert (embedder.dimension, embedder.max_tokens) == (384, 254)


def test_loaded_twice_it_gives_the_same_vectors_bit_for_bit(compiled: Path, embedder: CompiledEmbedder) -> None:
    again = CompiledEmbedder(compiled)
    question = "who took responsibility?"
    assert again.fingerprint == embedder.fingerprint
    assert again.embed_question(question).tobytes() == embedder.embed_question(question).tobytes()


def test_tokens_are_word_pieces_with_offsets_into_the_text_as_it_is(embedder: CompiledEmbedder) -> None:
    text = "Crème  brûle\u0301e\r\nunaffordable 👩‍👧 日本 U.S."
    tokens = [text[start:end] for start, end in embedder.token_spans(text)]
    expected = ["Cr", "ème", "br", "ûle", "e", "una", "ff", "ord", "able", "👩‍👧", "日", "本", "U", ".", "S", "."]
    assert tokens == expected


def test_a_text_of_any_length_has_all_its_tokens(embedder: CompiledEmbedder) -> None:
    assert len(embedder.token_spans("word " * 5000)) == 5000


def test_a_question_beyond_the_limit_is_cut_at_its_end(embedder: CompiledEmbedder) -> None:
    fits = " ".join(["harbour"] * 254)
    vector = embedder.embed_question(fits)
    assert embedder.embed_question(f"{fits} storm and much more").tobytes() == vector.tobytes()
    shorter = embedder.embed_question(" ".join(["harbour"] * 253) + " storm")
    assert shorter.tobytes() != vector.tobytes()


def test_a_passage_at_the_limit_is_embedded_whole(embedder: CompiledEmbedder) -> None:
    fits = " ".join(["harbour"] * 253)
    one, other = (embedder.embed_passage(f"{fits} {last}", [])[0] for last in ("storm", "letter"))
    assert one.tobytes() != other.tobytes()


def test_a_sentence_knows_its_neighbours(embedder: CompiledEmbedder) -> None:
    sentence = "It was closed on Tuesday."
    texts = [f"The harbour froze. {sentence}", f"The museum flooded. {sentence}"]
    harbour, museum = (embedder.embed_passage(text, split(text))[2] for text in texts)
    assert 0.5 < harbour @ museum < 0.99
    assert harbour @ embedder.embed_question("harbour") > museum @ embedder.embed_question("harbour")


def test_a_sentence_without_a_token_has_the_vector_of_its_passage(embedder: CompiledEmbedder) -> None:
    text = "Hello. \u200b"
    assert embedder.token_spans("\u200b").shape == (0, 2)
    passage, _, nothing = embedder.embed_passage(text, [Span(0, 6), Span(7, 8)])
    assert nothing.tobytes() == passage.tobytes()


def test_an_empty_question_still_has_a_vector(embedder: CompiledEmbedder) -> None:
    assert np.linalg.norm(embedder.embed_question("")) == pytest.approx(1, abs=1e-6)


def test_vectors_do_not_depend_on_what_is_embedded_beside_them(embedder: CompiledEmbedder) -> None:
    texts = [f"The storm broke the mast {'again and ' * n}again. The crew slept." for n in range(20)]
    alone = [embedder.embed_passage(text, split(text)).tobytes() for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: embedder.embed_passage(text, split(text)).tobytes(), texts))
    assert together == alone
