"""Questions that their passage does not answer, made from questions that it does."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.reader.examples import Example, Text
from index.spans import Span, trimmed
from qa.confidence import names

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
OPPOSITES = [
    pair.split("/")
    for pair in (
        "first/last most/least more/less more/fewer before/after highest/lowest largest/smallest "
        "biggest/smallest best/worst oldest/youngest longest/shortest early/late earlier/later "
        "north/south northern/southern east/west eastern/western increase/decrease increased/decreased "
        "rise/fall rose/fell win/lose won/lost higher/lower larger/smaller better/worse longer/shorter "
        "old/new open/closed opened/closed begin/end began/ended start/stop started/stopped always/never "
        "like/dislike liked/disliked love/hate loved/hated good/bad cheap/expensive easy/difficult "
        "hot/cold before/since with/without inside/outside public/private major/minor maximum/minimum "
        "positive/negative male/female men/women husband/wife mother/father brother/sister son/daughter "
        "boyfriend/girlfriend buy/sell bought/sold arrive/leave arrived/left allow/forbid "
        "allowed/forbidden accept/reject accepted/rejected support/oppose supported/opposed cause/prevent "
        "caused/prevented internal/external direct/indirect strong/weak common/rare similar/different"
    ).split()
]
"""Pairs; where a word is in several, its last one counts."""
_OPPOSITE = {a: b for one, other in OPPOSITES for a, b in ((one, other), (other, one))}
_WORDS = re.compile(rf"\b(?:{'|'.join(_OPPOSITE)})\b")
_VERBS = re.compile(r"\b(did|does|do|was|were|is|are|has|have|had|can|could|will|would|should)\b")


def without_answer(text: Text) -> Text | None:
    """The passage without the sentences that hold an answer; None where nothing would be left."""
    kept = [s for s in text.sentences if not any(a.start < s.end and s.start < a.end for a in text.answers)]
    pieces, sentences, length = [], [], 0
    for sentence in kept:
        piece = trimmed(text.text, sentence.start, sentence.end)
        if piece:
            pieces.append(piece.of(text.text))
            sentences.append(Span(length, length + len(piece)))
            length += len(piece) + 1
    return Text(text.context, " ".join(pieces), tuple(sentences), ()) if sentences else None


class Altering:
    """Alters questions so that their passage answers them no longer; other questions lend names and numbers."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._names = [found[0] for e in examples if (found := _NAME.findall(e.question))]
        self._numbers = [found[0] for e in examples if (found := _NUMBER.findall(e.question))]

    def altered(self, example: Example, rng: random.Random) -> Example | None:
        """The example with another question and no answer; None where nothing in the question can be changed."""
        ways = [self._named, self._numbered, self._opposed, self._negated]
        rng.shuffle(ways)
        ways.sort(key=lambda way: way == self._negated)
        for way in ways:
            question = way(example, rng)
            if question:
                passages = tuple(replace(one, answers=()) for one in example.passages)
                return replace(example, question=question, passages=passages)
        return None

    def _named(self, example: Example, rng: random.Random) -> str | None:
        return _swapped(_NAME, self._names, example, rng) if names(example.question) else None

    def _numbered(self, example: Example, rng: random.Random) -> str | None:
        return _swapped(_NUMBER, self._numbers, example, rng)

    def _opposed(self, example: Example, rng: random.Random) -> str | None:
        found = list(_WORDS.finditer(example.question))
        if not found:
            return None
        word = rng.choice(found)
        return example.question[: word.start()] + _OPPOSITE[word[0]] + example.question[word.end() :]

    def _negated(self, example: Example, rng: random.Random) -> str | None:
        verb = _VERBS.search(example.question)
        if verb is None or " not " in example.question or "n't" in example.question or rng.random() < 0.7:
            return None
        return example.question[: verb.end()] + " not" + example.question[verb.end() :]


def _swapped(pattern: re.Pattern[str], others: Sequence[str], example: Example, rng: random.Random) -> str | None:
    found = list(pattern.finditer(example.question))
    if not found or not others:
        return None
    place, other = rng.choice(found), rng.choice(others)
    texts = " ".join([example.question, *(one.text for one in example.passages)]).lower()
    if other.lower() in texts:
        return None
    return example.question[: place.start()] + other + example.question[place.end() :]
