"""A reader's second opinion on what was retrieved: passages are read while time lasts, and ordered anew."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.library import Library
from index.spans import Span
from qa.effort import Effort, Read
from qa.fusion import READING, ReadingWeights, assured, reading_for
from qa.prose import is_prose
from qa.reading.reader import Excerpt, Reader, Reading
from qa.retrieval import RankedPassage, RankedSentence, Retrieved, passage_order, sentence_order


def rerank(question: str, retrieved: Retrieved, reader: Reader, library: Library, effort: Effort) -> Retrieved:
    """``retrieved`` in the order that reading its first passages gives.

    Only passages whose score is near the first one's are read. What was not read keeps its place behind what was
    read and found relevant: its relevance counts as 0.

    Raises:
        UnknownDocument: a document was removed meanwhile.
    """
    begin = time.perf_counter()
    chosen = _worth_reading(retrieved.passages, effort.passages)
    readings: dict[int, Reading] = {}
    excerpts = [_excerpt(ranked, library) for ranked in chosen]
    weights = reading_for(question, prose=is_prose(excerpt.text for excerpt in excerpts))
    found = reader.read(question, excerpts)
    for ranked in chosen:
        if readings and (time.perf_counter() - begin) * 1000 >= effort.budget_ms:
            break
        readings[ranked.candidate.passage.id] = next(found)
    read = Read(reader.name, len(readings), len(readings) == len(chosen), reader.calibrated, weights.passage)
    return _reordered(replace(retrieved, read=read), readings, weights)


def _reordered(retrieved: Retrieved, readings: Mapping[int, Reading], weights: ReadingWeights) -> Retrieved:
    sentences = sorted((_judged(one, readings, weights) for one in retrieved.sentences), key=sentence_order)
    best = {one.candidate.passage.id: one for one in reversed(sentences)}
    passages = [_placed(one, best.get(one.candidate.passage.id, one.best), weights) for one in retrieved.passages]
    return replace(retrieved, passages=tuple(sorted(passages, key=passage_order)), sentences=tuple(sentences))


def _placed(passage: RankedPassage, best: RankedSentence, weights: ReadingWeights) -> RankedPassage:
    score = (1 - weights.passage) * passage.fused + weights.passage * assured(best.relevance)
    return replace(passage, score=score, best=best)


def _judged(sentence: RankedSentence, readings: Mapping[int, Reading], weights: ReadingWeights) -> RankedSentence:
    passage = sentence.candidate.passage
    reading = readings.get(passage.id)
    relevance = reading.relevances[sentence.number] if reading else 0.0
    words = reading.words[sentence.number] if reading else None
    return replace(
        sentence,
        score=(1 - weights.sentence) * sentence.score + weights.sentence * relevance,
        relevance=relevance if reading else None,
        answerability=reading.answerability if reading else None,
        words=Span(words.start + passage.span.start, words.end + passage.span.start) if words else None,
    )


def _worth_reading(passages: Sequence[RankedPassage], most: int) -> list[RankedPassage]:
    return [one for one in passages[:most] if one.score >= passages[0].score - READING.within]


def _excerpt(ranked: RankedPassage, library: Library) -> Excerpt:
    passage = ranked.candidate.passage
    document = library.document(passage.document_id)
    sentences = tuple(sentence.within(passage.span) for sentence in passage.sentences)
    return Excerpt(document.context, passage.span.of(document.text), sentences)
