"""Whether a citation still stands, where its words have gone, or that they are there no more."""

import itertools
from collections.abc import Iterator, Sequence

from index.documents import Document
from index.filters import EVERYTHING, Scope
from index.library import Library, UnknownDocument
from index.passages import Candidate
from index.spans import Span
from qa.anchoring import Place, decided, ranked, verbatim
from qa.answers import Citation
from qa.citing import checked, cite
from qa.likeness import most_like
from qa.verdicts import LISTED, How, Outcome, Verdict

SIMILAR = 0.75
"""Likeness from which other words count as the cited ones, reworded. Measured on squad2-dev: of 1,500 sentences,
four had another one at least that alike among 2,124 of a dozen articles, and each of those said the same."""
EQUALLY = 0.02
"""Likenesses this near to each other do not choose between two places; the context has to."""
FUZZY_BYTES, FUZZY_CHARACTERS = 20, 2000
"""Shorter quotes, in UTF-8 (a Chinese character says as much as three letters), and longer ones are only looked for
verbatim: too much is like the former, and aligning the latter takes seconds."""
MAX_PLACES = 1000
"""Verbatim places that are looked at."""


def verify(citation: Citation, library: Library) -> Verdict:
    """Look at the citation's place, and where its words are not there, for where they are now.

    First in the cited document, then in those of its title or source, then in all: an edited document has another
    id. In each of these, the same words come before similar ones, so that a sentence that was reworded is not taken
    for the same few words in another document.
    """
    document = _document(library, citation.document_id)
    if document and _stands(citation, document):
        return Verdict(Outcome.VERIFIED, cite(document, citation.span), similarity=1.0)
    for among in _circles(citation, document, library):
        places = list(itertools.islice(_verbatim(citation, library, among), MAX_PLACES))
        if places:
            return _moved(places, citation, How.QUOTE)
        alike = _alike(citation, library, among)
        if alike:
            return _moved(alike, citation, How.FUZZY)
    return Verdict(Outcome.GONE)


def _stands(citation: Citation, document: Document) -> bool:
    same = citation.document_sha256 in {"", document.sha256}
    start, end = citation.span.start, citation.span.end
    return same and end <= len(document.text) and document.text[start:end] == citation.cited_text


def _circles(citation: Citation, document: Document | None, library: Library) -> Iterator[Sequence[str] | None]:
    """The ids of the documents to look in together, nearest first; None stands for all."""
    if document:
        yield [document.id]
    named = library.quotations.named(citation.document_title) if citation.document_title else []
    others = [document_id for document_id in named if document_id != citation.document_id]
    if others:
        yield others
    yield None


def _verbatim(citation: Citation, library: Library, among: Sequence[str] | None) -> Iterator[Place]:
    for document_id in library.quotations.holding(citation.cited_text, among=among):
        document = _document(library, document_id)
        if document:
            yield from verbatim(citation.cited_text, document)


def _alike(citation: Citation, library: Library, among: Sequence[str] | None) -> list[Place]:
    """The places whose words are most like the cited ones: the indexes propose passages, the text decides."""
    words = citation.cited_text
    if len(words.encode()) < FUZZY_BYTES or len(words) > FUZZY_CHARACTERS:
        return []
    try:
        scope = EVERYTHING if among is None else Scope(tuple(among))
        candidates = library.search(words, scope=scope).candidates
    except UnknownDocument:  # one was removed a moment ago
        return []
    near = sorted(candidates, key=_nearness, reverse=True)[: _windows(words)]
    places = {(found.document.id, found.span): found for one in near if (found := _in(one, near, words, library))}
    best = max((place.similarity for place in places.values()), default=0.0)
    if best < SIMILAR:
        return []
    return _apart([place for place in places.values() if place.similarity >= best - EQUALLY])


def _windows(words: str) -> int:
    """How many passages are aligned: fewer for a long quote, so that all of them take less than a second."""
    return max(3, min(24, 10_000_000 // len(words) ** 2))


def _nearness(candidate: Candidate) -> float:
    return candidate.match.lexical + max(candidate.passage_cosine, *candidate.sentence_cosines)


def _in(candidate: Candidate, near: Sequence[Candidate], words: str, library: Library) -> Place | None:
    """What is most like ``words`` in a passage and around it."""
    passage = candidate.passage
    document = _document(library, passage.document_id)
    if document is None:
        return None
    within = Span(max(0, passage.span.start - len(words)), min(len(document.text), passage.span.end + len(words)))
    own = [one.passage for one in near if one.passage.document_id == document.id]
    sentences = sorted({sentence for one in own for sentence in one.sentences})
    found = most_like(words, document.text, within, sentences)
    return Place(document, *found) if found else None


def _apart(places: Sequence[Place]) -> list[Place]:
    """``places``, most alike first, without those that overlap a better one."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda one: -one.similarity):
        rivals = [one.span for one in kept if one.document.id == place.document.id]
        if all(place.span.end <= span.start or span.end <= place.span.start for span in rivals):
            kept.append(place)
    return kept


def _moved(places: Sequence[Place], citation: Citation, how: How) -> Verdict:
    ordered = ranked(places, citation)
    contexts, best = [context for context, _ in ordered], ordered[0][1]
    if len(ordered) > 1 and not decided(contexts):
        listed = tuple(_cited(place) for _, place in ordered[:LISTED])
        return Verdict(Outcome.MOVED, how=how, similarity=best.similarity, places=listed)
    found = How.CONTEXT if how is How.QUOTE and len(ordered) > 1 else how
    return Verdict(Outcome.MOVED, _cited(best), found, best.similarity)


def _cited(place: Place) -> Citation:
    return checked(place.document, place.span)


def _document(library: Library, document_id: str) -> Document | None:
    try:
        return library.document(document_id)
    except UnknownDocument:
        return None
