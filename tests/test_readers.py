"""What every reader does: Pincite's own and any cross-encoder."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import CrossEncoder

import tiny_cross_encoder
from index.sessions import available_cores
from index.spans import Span
from qa.reading.compiled import CompiledReader, answer_words, relevances_of
from qa.reading.cross_encoder import CrossEncoderReader
from qa.reading.pairing import Pair
from qa.reading.reader import Excerpt, Reader

HARBOUR = Excerpt(
    "Harbour news",
    "Ines Duarte signed the order on Tuesday. Two ships left 🚢 the same night. The owner apologised.",
    (Span(0, 40), Span(41, 73), Span(74, 95)),
)
WEATHER = Excerpt("", "Rain fell all day.", (Span(0, 18),))
QUESTION = "Who signed the order?"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder.save(tmp_path_factory.mktemp("cross-encoder") / "tiny")


@pytest.fixture(params=["own", "cross-encoder"])
def any_reader(request: pytest.FixtureRequest, reader: CompiledReader, cross_encoder: Path) -> Reader:
    return reader if request.param == "own" else CrossEncoderReader("tiny", cross_encoder)


def test_every_sentence_has_a_relevance_and_words_only_inside_itself(any_reader: Reader) -> None:
    harbour, weather = any_reader.read(QUESTION, [HARBOUR, WEATHER])
    assert (len(harbour.relevances), len(weather.relevances)) == (3, 1)
    assert all(0 <= relevance <= 1 for relevance in (*harbour.relevances, *weather.relevances))
    for sentence, words in zip(HARBOUR.sentences, harbour.words, strict=True):
        assert words is None or sentence.start <= words.start < words.end <= sentence.end


def test_a_reading_does_not_depend_on_what_else_is_read(any_reader: Reader) -> None:
    together = list(any_reader.read(QUESTION, [WEATHER, HARBOUR]))
    assert together[1] == next(any_reader.read(QUESTION, [HARBOUR]))


def test_little_is_read_before_it_is_asked_for(any_reader: Reader) -> None:
    taken = []

    def excerpts() -> Iterator[Excerpt]:
        for excerpt in [HARBOUR, WEATHER] * 20:
            taken.append(excerpt)
            yield excerpt

    found = any_reader.read(QUESTION, excerpts())
    assert taken == []
    next(found)
    assert 1 <= len(taken) <= available_cores()


def test_the_own_reader_finds_the_sentence_and_marks_the_name(reader: CompiledReader) -> None:
    [reading] = reader.read(QUESTION, [HARBOUR])
    assert max(reading.relevances) == reading.relevances[0]
    assert reading.words[0] is not None
    marked = reading.words[0].of(HARBOUR.text)
    assert marked in "Ines Duarte"
    assert "Duarte" in marked


def test_a_passage_that_answers_speaks_for_an_answer_as_a_whole(reader: CompiledReader) -> None:
    harbour, weather = (one.answerability for one in reader.read(QUESTION, [HARBOUR, WEATHER]))
    assert harbour is not None
    assert weather is not None
    assert 0 < weather < harbour < 1


def test_a_cross_encoder_scores_each_sentence_behind_its_context(cross_encoder: Path) -> None:
    [reading] = CrossEncoderReader("tiny", cross_encoder).read(QUESTION, [HARBOUR])
    pairs = [(QUESTION, f"Harbour news. {sentence.of(HARBOUR.text)}") for sentence in HARBOUR.sentences]
    expected = CrossEncoder(str(cross_encoder), device="cpu").predict(pairs)
    assert reading.relevances == pytest.approx([float(one) for one in expected], abs=1e-5)
    assert reading.words == (None, None, None)
    assert reading.answerability is None


def pair(*owner: int) -> Pair:
    places = np.arange(len(owner))
    return Pair(places, places, np.array(owner), places * 5, places * 5 + 4)


def test_a_relevance_is_the_mean_of_the_sentences_shares_plus_the_passages() -> None:
    shares = np.array([0.5, 9.0, 1.0, 3.0, -1.0, 9.0], dtype=np.float32)
    found = relevances_of(shares, pair(-1, -1, 0, 0, 1, -1), 3)
    assert list(found) == [2.5, -0.5, -0.5]


def test_words_are_the_best_first_and_last_token_in_order_grown_to_whole_words() -> None:
    text = "zero fire firefly two."
    tokens = Pair(
        *(np.zeros(5, dtype=np.int64),) * 2,
        np.array([-1, 0, 0, 0, 0]),
        *(np.array([0, 0, 5, 10, 14]), np.array([0, 4, 9, 14, 17])),
    )
    outputs = np.zeros((5, 3), dtype=np.float32)
    outputs[3, 0] = 2.0
    outputs[1, 1] = 3.0
    outputs[3, 1] = 1.5
    words = answer_words(outputs, tokens, 0, text)
    assert words is not None
    assert words.of(text) == "firefly"


def test_a_sentence_that_was_cut_off_has_no_words() -> None:
    assert answer_words(np.zeros((2, 3), dtype=np.float32), pair(-1, 0), 1, "ab") is None


def test_names_say_which_reader_it_is(reader: CompiledReader, cross_encoder: Path) -> None:
    assert reader.name.startswith("pincite-reader-")
    assert reader.calibrated
    tiny = CrossEncoderReader("tiny", cross_encoder)
    assert (tiny.name, tiny.calibrated) == ("tiny", False)
    assert not math.isnan(next(tiny.read(QUESTION, [WEATHER])).relevances[0])
