"""Why a passage stands where it stands: what each signal gave, and which of the question's words it holds."""

from dataclasses import asdict

from index.matching import Wanted
from index.terms import codes, terms
from qa.answers import Explanation, MatchedTerm, Part
from qa.effort import Read
from qa.fusion import assured, weights_for
from qa.retrieval import RankedPassage


def explain(ranked: RankedPassage, question: str, text: str, wanted: Wanted, *, read: Read | None) -> Explanation:
    """The explanation of a ranked passage, ``text`` being its own; ``read`` says whether a reader had its say."""
    candidate = ranked.candidate
    best = ranked.supporter
    values = {
        "passage_cosine": candidate.passage_cosine,
        "lexical": candidate.match.lexical,
        "phrase": candidate.match.phrase,
        "sentence_cosine": candidate.sentence_cosines[best],
        "sentence_coverage": candidate.match.coverage[best],
    }
    weights = asdict(weights_for(question))
    if read:
        weights = {name: (1 - read.share) * weight for name, weight in weights.items()}
        values["reader"], weights["reader"] = assured(ranked.best.relevance), read.share
    rarity = dict(zip(wanted.distinct, wanted.rarity, strict=True))
    held = dict.fromkeys(term for term in terms(question) if term in set(terms(text)))
    matched = [MatchedTerm(term, rarity[code]) for term, code in zip(held, codes(list(held)), strict=True)]
    return Explanation(
        tuple(Part(name, value, weights[name]) for name, value in values.items()),
        tuple(sorted(matched, key=lambda one: (-one.rarity, one.term))),
    )
