"""Passages, terms and candidates one by one, put together as the columns that the code works on."""

from collections.abc import Sequence

import numpy as np

from index.matching import Match, Matches, Stream, Termed, Wanted, match
from index.passages import Candidate, Candidates


def stream(passages: Sequence[Termed]) -> Stream:
    """The terms of ``passages``, laid end to end."""
    return Stream(
        np.concatenate([np.array([], dtype=np.uint32), *(one.codes for one in passages)]),
        np.array([length for one in passages for length in one.lengths], dtype=np.int64),
        np.array([len(one.lengths) - 1 for one in passages], dtype=np.int64),
    )


def matched(wanted: Wanted, passages: Sequence[Termed], average_length: float) -> list[Match]:
    """The match of each passage, all matched together."""
    found = match(wanted, stream(passages), average_length)
    ends = np.cumsum([len(one.lengths) - 1 for one in passages])
    bounds = zip((0, *ends[:-1]), ends, strict=True) if passages else ()
    return [
        Match(
            float(found.lexical[i]),
            float(found.phrase[i]),
            tuple(found.coverage[begin:end].tolist()),
            tuple(found.sentence_phrase[begin:end].tolist()),
        )
        for i, (begin, end) in enumerate(bounds)
    ]


def together(candidates: Sequence[Candidate]) -> Candidates:
    """The columns of ``candidates``."""
    sentences = [span for one in candidates for span in one.passage.sentences]
    return Candidates(
        [(one.passage.id, one.passage.document_id) for one in candidates],
        np.array([(span.start, span.end) for span in sentences], dtype=np.int32).reshape(-1, 2),
        np.array([len(one.passage.sentences) for one in candidates], dtype=np.int64),
        (
            np.array([one.passage_cosine for one in candidates]),
            np.array([cosine for one in candidates for cosine in one.sentence_cosines]),
        ),
        Matches(
            np.array([one.match.lexical for one in candidates]),
            np.array([one.match.phrase for one in candidates]),
            np.array([share for one in candidates for share in one.match.coverage]),
            np.array([share for one in candidates for share in one.match.sentence_phrase]),
        ),
        prints=np.arange(len(sentences), dtype=np.uint64),
    )
