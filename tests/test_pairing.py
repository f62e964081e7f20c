"""A question and a passage as tokens."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_text import TEXTS
from index.models import DEFAULT_MODEL, PACKAGED
from index.spans import Span
from qa.reading.pairing import MAX_QUESTION_TOKENS, MAX_TOKENS, Pairing

TEXT = "The mast broke. Nobody was hurt."
SENTENCES = (Span(0, 15), Span(16, 32))


def tokenizer() -> Path:
    folder = PACKAGED[DEFAULT_MODEL].find()
    assert folder is not None
    return folder / "tokenizer.json"


@pytest.fixture(scope="module")
def pairing() -> Pairing:
    return Pairing.of(tokenizer())


PAIRING = Pairing.of(tokenizer())


def test_a_pair_is_question_then_context_then_passage(pairing: Pairing) -> None:
    pair = pairing.pair(pairing.question("What broke?"), TEXT, SENTENCES, context="Boats")
    words = ["[CLS]", "what", "broke", "?", "[SEP]", "boats", ".", *"the mast broke . nobody was hurt .".split()]
    assert [PAIRING._tokenizer.id_to_token(int(i)) for i in pair.ids] == [*words, "[SEP]"]
    assert list(pair.types) == [0] * 5 + [1] * 11
    assert list(pair.owner) == [-1] * 7 + [0] * 4 + [1] * 4 + [-1]
    owned = [
        TEXT[start:end] for start, end, owner in zip(pair.starts, pair.ends, pair.owner, strict=True) if owner >= 0
    ]
    assert owned == ["The", "mast", "broke", ".", "Nobody", "was", "hurt", "."]


def test_what_is_too_long_is_cut_at_its_end(pairing: Pairing) -> None:
    question = pairing.question("why " * 100)
    text = "word " * 500
    pair = pairing.pair(question, text, [Span(0, 1000), Span(2000, 2499)])
    assert (len(question), len(pair.ids)) == (MAX_QUESTION_TOKENS, MAX_TOKENS)
    assert set(pair.owner) == {-1, 0}


@given(TEXTS, TEXTS.filter(bool), st.text(max_size=20))
def test_every_owned_token_lies_in_its_sentence(question: str, text: str, context: str) -> None:
    half = max(1, len(text) // 2)
    sentences = [Span(0, half), Span(half, len(text))] if len(text) > half else [Span(0, half)]
    pair = PAIRING.pair(PAIRING.question(question), text, sentences, context=context)
    for start, end, owner in zip(pair.starts, pair.ends, pair.owner, strict=True):
        if owner >= 0:
            assert sentences[owner].start <= start < sentences[owner].end
            assert start <= end <= len(text)
