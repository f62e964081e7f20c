"""What denies, and what says the opposite."""

from pathlib import Path

import pytest

from benchmarks.opposites import antonyms
from index.terms import terms
from qa import opposites
from qa.opposites import denied, opposed


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Who did not sign?", "Ines signed it.", True),
        ("Who didn’t sign?", "Ines signed it.", True),
        ("Who never signed?", "Nobody but Ines signed it.", True),
        ("Who failed to sign?", "Ines was unable to sign it.", False),
        ("Who did not sign?", "Ines did not sign it.", False),
        ("Who did not sign?", "None of them signed it.", False),
        ("Who signed?", "Ines did not sign it.", False),
        ("What is a notary?", "A notary signs.", False),
        ("", "", False),
    ],
)
def test_only_the_question_denies(question: str, sentence: str, expected: bool) -> None:
    assert denied(question, sentence) is expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("What was the largest ship?", "The smallest ship sank.", True),
        ("What was the LARGEST ship?", "The Smallest ship sank.", True),
        ("What was the largest ship?", "The largest ship met the smallest.", False),
        ("What was the largest ship?", "The ship sank.", False),
        ("What increased?", "Prices decreasing for a year were seen.", True),
        ("Who arrived first?", "Ines came last.", True),
        ("Who blew the whistle?", "The referee did.", False),
        ("", "The smallest ship sank.", False),
    ],
)
def test_a_sentence_says_the_opposite(question: str, sentence: str, expected: bool) -> None:
    assert opposed(set(terms(question)), set(terms(sentence))) is expected


def test_the_pairs_come_with_the_licence_of_wordnet() -> None:
    lines = Path(opposites.__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if not line.startswith("#")]
    assert len(pairs) > 3000
    assert pairs == sorted(pairs)
    assert all(len(pair) == 2 and pair[0] < pair[1] for pair in pairs)
    licence = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in licence
    assert "the same appear on ALL copies" in licence


def test_antonyms_of_single_words_are_taken_from_the_data_files(tmp_path: Path) -> None:
    """In the form of wndb(5WN): synonyms with pointers to a word of theirs, and the licence before them."""
    adjectives = (
        "  1 A licence.  \n"
        "00000010 00 a 02 large(a) 0 big 0 002 ! 00000030 a 0102 & 00000020 a 0000 | great\n"
        "00000020 00 s 01 world-wide 0 001 ! 00000030 a 0101 | everywhere\n"
        "00000030 00 a 02 narrow 0 small 0 002 ! 00000010 s 0201 ! 00000010 a 0000 | of little size\n"
    )
    verbs = (
        "00000010 30 v 01 rise 0 001 ! 00000020 v 0101 01 + 02 00 | go up\n00000020 30 v 01 fall 0 000 00 | go\n"
    )
    for name, text in (("adj", adjectives), ("verb", verbs), ("noun", ""), ("adv", "")):
        (tmp_path / f"data.{name}").write_text(text, encoding="utf-8")
    assert antonyms(tmp_path) == [("fall", "rise"), ("large", "small")]
