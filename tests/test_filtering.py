"""A filter is applied inside retrieval: what comes back is what brute force over the kept passages finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from columns import matched, together
from index.database import DATABASE
from index.documents import Document
from index.filters import Condition, Equal, Numbers, Scope
from index.library import Library
from index.matching import Statistics, Wanted
from index.metadata import Metadata
from index.passages import Candidate, Stored
from index.searching import BY_MEANING, DEPTH, FEW
from index.store import Store
from index.terms import codes, terms
from qa.answering import Answerer
from qa.fusion import passage_scores, weights_for
from word_embedder import WordEmbedder

DOCUMENTS, PASSAGES_EACH, TOP_K = 2000, 5, 5
WORDS = [first + second + third for first in "bdfklm" for second in "aeiou" for third in ("ren", "lto", "mish")]
K1, B = 1.2, 0.75
"""BM25's, as tantivy has them."""


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A library of 10,001 passages, and everything that is stored of them."""

    library: Library
    store: Store
    stored: tuple[Stored, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Of each document its number is said; its words are drawn by chance, the first ones often, the last seldom."""
    folder, chance = tmp_path_factory.mktemp("many"), np.random.default_rng(6)
    often = 1 / np.arange(3, 3 + len(WORDS))
    drawn = iter(chance.choice(WORDS, (DOCUMENTS * PASSAGES_EACH, 2, 7), p=often / often.sum()).tolist())
    documents = []
    for number in range(DOCUMENTS):
        pairs = [next(drawn) for _ in range(PASSAGES_EACH)]
        text = "\n\n".join(" ".join(" ".join(words).capitalize() + "." for words in pair) for pair in pairs)
        metadata = Metadata.of({"number": number, "even": number % 2 == 0, "name": f"document {number}"})
        documents.append(Document.from_text(text, title=str(number), source="made", metadata=metadata))
    documents.append(Document.from_text("Baren.", title="", source="", metadata=Metadata.of({"alone": True})))
    library, store = Library.local(folder, embedder()), Store(folder / DATABASE)
    library.add(documents)
    yield Made(library, store, tuple(store.passages_after(0)))
    store.close()
    library.close()


def embedder() -> WordEmbedder:
    return WordEmbedder(*WORDS, max_tokens=16)


def by_brute_force(
    made: Made, question: str, kept: Sequence[Stored], *, rounded: float = 0.0
) -> list[tuple[str, int]]:
    """The first ``kept`` passages: of few all are scored, of many those of the best vectors and the best words.

    With ``rounded``, vectors count that are by so much worse than the last that is looked at.
    """
    query = embedder().embed_question(question)
    statistics = made.store.statistics(codes(terms(question)))
    if len(kept) > FEW:
        cosines = np.stack([one.vectors[0] for one in kept]) @ query
        near = np.flatnonzero(cosines >= np.sort(cosines)[-BY_MEANING * DEPTH] - rounded)
        lexical = np.array([bm25(one, question, statistics) for one in kept])
        worded = [i for i in np.argsort(-lexical, kind="stable")[:DEPTH] if lexical[i]]
        kept = [kept[i] for i in {*near.tolist(), *worded}]
    matches = matched(Wanted.of(question, statistics), [one.termed for one in kept], statistics.average_length)
    scored = []
    for one, found in zip(kept, matches, strict=True):
        passage_cosine, *sentence_cosines = (one.vectors @ query).tolist()
        candidate = Candidate(one.passage, passage_cosine, tuple(sentence_cosines), found)
        [score] = passage_scores(together([candidate]), weights_for(question)).tolist()
        scored.append((-score, one.passage.document_id, one.passage.span.start))
    return [(document_id, start) for _, document_id, start in sorted(scored)]


def bm25(stored: Stored, question: str, statistics: Statistics) -> float:
    """The formula, with the statistics of the whole library."""
    held = stored.termed.codes.tolist()
    score = 0.0
    for code in set(codes(terms(question))):
        count = held.count(code)
        damping = K1 * (1 - B + B * len(held) / statistics.average_length)
        score += statistics.rarity(code) * count * (K1 + 1) / (count + damping)
    return score


NUMBER = "number"
FILTERS = {
    "0.01 %": ((Condition("alone", (Equal(True),)),), 1),
    "one document": ((Condition("name", (Equal("document 1717"),)),), 5),
    "1 %": ((Condition(NUMBER, (Numbers(100, 119),)),), 100),
    "1 %, by two conditions": ((Condition(NUMBER, (Numbers(100, 139),)), Condition("even", (Equal(True),))), 100),
    "10 %": ((Condition(NUMBER, (Numbers(1800, 1999),)),), 1000),
    "50 %": ((Condition("even", (Equal(False),)),), 5000),
    "all": ((Condition(NUMBER, (Numbers(0, DOCUMENTS),)),), 10_000),
    "no filter": ((), 10_001),
}


@pytest.mark.parametrize(("conditions", "count"), FILTERS.values(), ids=FILTERS)
def test_the_first_passages_are_those_of_brute_force(
    made: Made, conditions: tuple[Condition, ...], count: int
) -> None:
    scope = Scope(conditions=conditions)
    chosen = set(made.store.passage_ids(scope))
    assert len(chosen) == count
    kept = [one for one in made.stored if one.passage.id in chosen]
    chance, answerer = np.random.default_rng(count), Answerer(made.library)
    for size in range(1, 11):
        question = " ".join(chance.choice(WORDS, size, replace=False).tolist())
        found = answerer.search(question, top_k=TOP_K, scope=scope).passages
        places = [(one.citation.document_id, one.citation.span.start) for one in found]
        # two vectors may be as near as each other but for the last bit: one of them, or both, are looked at
        certain, possible = (by_brute_force(made, question, kept, rounded=by) for by in (-1e-6, 1e-6))
        assert places == [place for place in possible if place in places]
        assert set(certain) & set(possible[: possible.index(places[-1])]) <= set(places)
        assert len(places) == min(TOP_K, len(kept))


@pytest.mark.parametrize("top_k", [1, 50])
@pytest.mark.parametrize("kept", [10, 100])
def test_as_many_passages_come_back_as_were_asked_for(made: Made, top_k: int, kept: int) -> None:
    scope = Scope(conditions=(Condition(NUMBER, (Numbers(0, kept - 1),)),))
    answer = Answerer(made.library).ask(WORDS[-1], top_k=top_k, scope=scope)
    assert len(answer.passages) == top_k
    assert {one.citation.document_title for one in answer.passages} <= {str(i) for i in range(kept)}


def test_a_filter_that_keeps_nothing_finds_nothing(made: Made) -> None:
    answer = Answerer(made.library).ask(WORDS[0], scope=Scope(conditions=(Condition("none", (Equal("x"),)),)))
    assert (answer.quote, answer.confidence, answer.passages) == (None, 0.0, ())


def test_documents_and_conditions_both_have_to_be_met(made: Made) -> None:
    first, second = (made.stored[i * PASSAGES_EACH].passage.document_id for i in (0, 1))
    even = Scope((first, second), (Condition("even", (Equal(True),)),))
    found = Answerer(made.library).search(WORDS[0], scope=even).passages
    assert [one.citation.document_id for one in found] == [first] * PASSAGES_EACH
