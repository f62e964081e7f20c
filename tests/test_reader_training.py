"""What the reader learns from, and that an interrupted training ends as an uninterrupted one."""

import random
from functools import partial
from pathlib import Path

import pytest
import torch

from benchmarks.reader.batches import epoch
from benchmarks.reader.examples import Example, Text, first_half, for_tuning, half
from benchmarks.reader.training import Plan, train
from benchmarks.reader.unanswerable import Altering, without_answer
from index.models import DEFAULT_MODEL, checked_source
from index.spans import Span
from qa.collections import Collection, Question, Source
from qa.reading.pairing import Pairing

TEXT = Text(
    "Boats", "Ines came. She signed in 1887. Rain fell.", (Span(0, 10), Span(11, 30), Span(31, 41)), (Span(25, 29),)
)
OTHER = Text("", "The mast broke.", (Span(0, 15),), ())
EXAMPLE = Example("squadshifts-reddit", "When did Ines Duarte sign?", False, (TEXT, OTHER))
SEEDED = partial(random.Random, 1)
LENDER = Example("squadshifts-reddit", "Where did Paul Novak live in 1901?", False, (OTHER,))


def test_a_passage_without_its_answer_keeps_the_other_sentences() -> None:
    left = without_answer(TEXT)
    assert left is not None
    assert (left.text, left.answers) == ("Ines came. Rain fell.", ())
    assert [sentence.of(left.text) for sentence in left.sentences] == ["Ines came.", "Rain fell."]
    assert without_answer(Text("", "In 1887.", (Span(0, 8),), (Span(3, 7),))) is None


def test_an_altered_question_asks_about_another_name_and_has_no_answer() -> None:
    altered = Altering([LENDER]).altered(EXAMPLE, SEEDED())
    assert altered is not None
    assert altered.question == "When did Paul Novak sign?"
    assert [text.answers for text in altered.passages] == [(), ()]


def test_a_question_without_anything_to_change_is_left_alone() -> None:
    plain = Example("squadshifts-reddit", "Why?", False, (TEXT,))
    assert Altering([LENDER]).altered(plain, SEEDED()) is None


def test_the_halves_share_no_source_and_no_question() -> None:
    sources = tuple(Source(name, name, "text", ()) for name in "ebdac")
    questions = tuple(Question(name, "?", False, (), source=name) for name in "abcde")
    collection = Collection("squad2-dev", sources, questions)
    one, other = half(collection, first=True), half(collection, first=False)
    assert ({s.id for s in one.sources}, {s.id for s in other.sources}) == ({"a", "b", "c"}, {"d", "e"})
    assert [q.id for q in (*one.questions, *other.questions)] == list("abcde")
    assert first_half(collection) == one


def test_one_source_in_five_is_kept_for_tuning() -> None:
    kept = [name for name in map(str, range(1000)) if for_tuning(name)]
    assert 150 < len(kept) < 250
    assert [for_tuning(name) for name in kept] == [True] * len(kept)


def test_an_epoch_labels_sentences_and_tokens_and_is_the_same_again() -> None:
    pairing = Pairing.of(checked_source(DEFAULT_MODEL) / "tokenizer.json")
    first = next(epoch([EXAMPLE] * 12, pairing, 5))
    gold = next(visit for visit in first if visit.gold)
    assert gold.gold == {1}
    assert [TEXT.text[gold.pair.starts[i] : gold.pair.ends[i]] for i in (*gold.starts, *gold.ends)] == ["1887"] * 2
    again = next(epoch([EXAMPLE] * 12, pairing, 5))
    assert [visit.pair.ids.tolist() for visit in again] == [visit.pair.ids.tolist() for visit in first]


class Stopped(Exception):
    """The power went."""


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    plan = Plan(layers=1, rank=4, steps=4, rates=((0, 0.1), (4, 1.0)), kept_every=2)
    examples, model = [EXAMPLE, LENDER] * 30, checked_source(DEFAULT_MODEL)
    straight = train(examples, model, tmp_path / "straight", plan)

    def stop(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        train(examples, model, tmp_path / "stopped", plan, progress=stop)
    resumed = train(examples, model, tmp_path / "stopped", plan)
    assert straight.keys() == resumed.keys()
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)
    assert sum(tensor.abs().sum() for name, tensor in straight.items() if name.endswith("up")) > 0
