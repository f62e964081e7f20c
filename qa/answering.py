"""From a question to a cited answer: the one place where library, ranking, confidence and citing meet."""

from collections.abc import Sequence

from index.library import Library
from index.matching import Wanted, bm25
from index.spans import Span
from qa.answers import Answer, Citation, CitedPassage, Found, Scores
from qa.citing import check, cite
from qa.confidence import THRESHOLD, confidence
from qa.questions import cleaned
from qa.retrieval import RankedPassage, Retrieved, retrieve

TOP_K = 5


class Answerer:
    """Answers questions from one library; any number of threads may ask at once."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def ask(
        self,
        question: str,
        *,
        top_k: int = TOP_K,
        documents: Sequence[str] | None = None,
        min_confidence: float = THRESHOLD,
    ) -> Answer:
        """The sentence that answers, or none below ``min_confidence``, beside the ``top_k`` nearest passages.

        ``documents`` restricts the search to these ids. Each citation was checked against the stored text.

        Raises:
            BadQuestion: the question is blank, too long or not plain text.
            UnknownDocument: one of ``documents`` is not in the library.
        """
        question = cleaned(question)
        retrieved = retrieve(self.library, question, documents=documents)
        probability = confidence(retrieved)
        return Answer(
            question=question,
            confidence=probability,
            sentence=self._sentence(retrieved) if probability >= min_confidence else None,
            passages=self._passages(retrieved, top_k),
            index_version=retrieved.neighbours.version,
        )

    def search(self, question: str, *, top_k: int = TOP_K, documents: Sequence[str] | None = None) -> Found:
        """The ``top_k`` nearest passages; raises as ``ask`` does."""
        question = cleaned(question)
        retrieved = retrieve(self.library, question, documents=documents)
        return Found(question, self._passages(retrieved, top_k), retrieved.neighbours.version)

    def _passages(self, retrieved: Retrieved, top_k: int) -> tuple[CitedPassage, ...]:
        return tuple(self._cited(ranked, retrieved.neighbours.wanted) for ranked in retrieved.passages[:top_k])

    def _sentence(self, retrieved: Retrieved) -> Citation | None:
        if not retrieved.sentences:
            return None
        best = retrieved.sentences[0]
        return self._citation(best.candidate.passage.document_id, best.span)

    def _cited(self, ranked: RankedPassage, wanted: Wanted) -> CitedPassage:
        candidate = ranked.candidate
        scores = Scores(
            passage=candidate.passage_cosine,
            sentence=candidate.sentence_cosines[ranked.best.number],
            lexical=bm25(candidate.match, wanted),
        )
        document_id = candidate.passage.document_id
        return CitedPassage(
            score=ranked.score,
            scores=scores,
            citation=self._citation(document_id, candidate.passage.span),
            sentence=self._citation(document_id, ranked.best.span),
        )

    def _citation(self, document_id: str, span: Span) -> Citation:
        document = self.library.document(document_id)
        citation = cite(document, span)
        check(citation, document)
        return citation
