"""Any sentence-transformers cross-encoder as a reader."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from sentence_transformers import CrossEncoder

from index.embedding import lead
from index.errors import PinciteError
from qa.reading.reader import Excerpt, Reading


class UnusableReader(PinciteError):
    """A cross-encoder that cannot be loaded, or does not give one score for a pair."""


class CrossEncoderReader:
    """Scores each sentence of an excerpt, behind its context, beside the question; it marks no words.

    Its relevances order sentences; ``qa.confidence`` was not fitted on them and leaves them out.
    """

    calibrated = False

    def __init__(self, name: str, source: Path) -> None:
        """Load the model in the folder ``source``.

        Raises:
            UnusableReader: it is no cross-encoder with one score a pair.
        """
        self.name = name
        remedy = "set PINCITE_RERANKER to a sentence-transformers cross-encoder, or to none"
        try:
            self._model = CrossEncoder(str(source), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise UnusableReader(f"the reranker {name} cannot be loaded ({error})", remedy=remedy) from error
        if self._model.num_labels != 1:
            raise UnusableReader(
                f"the reranker {name} gives {self._model.num_labels} scores for a pair, not one", remedy=remedy
            )

    def read(self, question: str, excerpts: Iterable[Excerpt]) -> Iterator[Reading]:
        """A reading for each excerpt, as it is asked for."""
        for excerpt in excerpts:
            before = lead(excerpt.context)
            pairs = [(question, before + sentence.of(excerpt.text)) for sentence in excerpt.sentences]
            logits = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
            yield Reading(tuple(1 / (1 + math.exp(-float(one))) for one in logits), (None,) * len(pairs))
