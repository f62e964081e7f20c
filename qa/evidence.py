"""The range that answers: a sentence, and the one before it where only both together say it."""

import re

from index.spans import Span
from index.terms import terms
from qa.confidence import names
from qa.retrieval import RankedSentence

_OPENS_LEANING = re.compile(r"[\W_]*(?:he|she|they|it|his|her|their|its|this|these|those)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|their)\b", re.IGNORECASE)
_BREAK = re.compile(r"\n\s*\n")


def evidence(question: str, sentence: RankedSentence, text: str) -> Span:
    """Where the answer stands in ``text``, the document's: one range, as short as it can be.

    A sentence with a pronoun may lean on the one before. That one belongs to the answer where it is in the same
    paragraph and says what the question names and the sentence does not: any of its words for a pronoun that opens
    the sentence, a proper name for one inside it.
    """
    span = sentence.span
    if sentence.number == 0:
        return span
    before = sentence.candidate.passage.sentences[sentence.number - 1]
    if _BREAK.search(text, before.end, span.start):
        return span
    wanted: set[str] = set()
    if _OPENS_LEANING.match(text, span.start, span.end):
        wanted |= set(terms(question))
    if _PERSON.search(text, span.start, span.end):
        wanted |= names(question)
    missing = wanted - set(terms(span.of(text)))
    return Span(before.start, span.end) if missing & set(terms(before.of(text))) else span
