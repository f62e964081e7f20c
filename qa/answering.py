"""From a question to a cited answer: the one place where library, ranking, confidence and citing meet."""

from dataclasses import replace

from index.filters import EVERYTHING, Scope
from index.library import Library
from index.matching import Wanted, bm25
from index.passages import Candidate
from index.spans import Span
from qa.alternatives import alternatives, counting
from qa.answers import Answer, Citation, CitedPassage, Found, Quote, Scores
from qa.citing import checked
from qa.confidence import confidence, model_of
from qa.copies import twin
from qa.effort import DEFAULT, MOST_PASSAGES, Effort
from qa.evidence import evidence
from qa.explaining import explain
from qa.questions import cleaned
from qa.reading.reader import Reader
from qa.reranking import rerank
from qa.retrieval import RankedPassage, RankedSentence, Retrieved, retrieve
from qa.stages import Stages, unmeasured

TOP_K = 5
MOST_COPIES = 10
"""Of a passage, how many are cited."""


class Answerer:
    """Answers questions from one library; any number of threads may ask at once."""

    def __init__(
        self,
        library: Library,
        reader: Reader | None = None,
        *,
        effort: Effort = DEFAULT,
        stages: Stages = unmeasured,
    ) -> None:
        self.library = library
        self.reader = reader
        self._effort = effort
        self._stages = stages

    def hurried(self, budget_ms: float) -> "Answerer":
        """The same with no more time than that for reading."""
        effort = replace(self._effort, budget_ms=min(budget_ms, self._effort.budget_ms))
        return Answerer(self.library, self.reader, effort=effort, stages=self._stages)

    def ask(
        self,
        question: str,
        *,
        top_k: int = TOP_K,
        scope: Scope = EVERYTHING,
        min_confidence: float | None = None,
        read: bool = True,
        explained: bool = False,
    ) -> Answer:
        """The sentence that answers, or none below ``min_confidence``, beside the ``top_k`` nearest passages.

        ``min_confidence`` is the fitted threshold by default; ``scope`` restricts the search, and where it has so
        many that differ, there are ``top_k`` passages. ``read`` lets the reader, if there is one, have its say.
        ``explained`` adds to each passage what its score is made of. All is read from one state of the library, and
        each citation was checked against the text.

        Raises:
            BadQuestion: the question is blank, too long or not plain text.
            UnknownDocument: one of the scope's ids is not in the library.
        """
        question = cleaned(question)

        with self.library.still():
            retrieved, probability = self.judge(
                question, scope=scope, least=top_k, most=max(top_k, MOST_PASSAGES), read=read
            )
            threshold = model_of(retrieved).threshold if min_confidence is None else min_confidence
            answered = probability >= threshold and bool(retrieved.sentences)
            with self._stages("cite"):
                return Answer(
                    question=question,
                    confidence=probability,
                    quote=self._answer(question, retrieved.sentences[0]) if answered else None,
                    also=self._also(question, retrieved) if answered else (),
                    passages=self._passages(question, retrieved, top_k, explained=explained),
                    read=retrieved.read,
                    index_version=retrieved.neighbours.version,
                )

    def judge(
        self,
        question: str,
        *,
        scope: Scope = EVERYTHING,
        least: int = 0,
        most: int | None = None,
        read: bool = True,
    ) -> tuple[Retrieved, float]:
        """What bears on a cleaned question, in order, and the probability that it answers it.

        ``least`` and ``most`` passages are ranked, as far as there are any.

        Raises:
            UnknownDocument: one of the scope's ids is not there, or one that was found was removed meanwhile.
        """
        with self._stages("search"):
            retrieved = retrieve(self.library, question, scope=scope, least=least, most=most)
        if read and self.reader and retrieved.passages:
            with self._stages("read"):
                retrieved = rerank(question, retrieved, self.reader, self.library, self._effort)
        with self._stages("judge"):
            return retrieved, confidence(question, retrieved, self.library)

    def search(
        self,
        question: str,
        *,
        top_k: int = TOP_K,
        scope: Scope = EVERYTHING,
        explained: bool = False,
    ) -> Found:
        """The ``top_k`` nearest passages; raises as ``ask`` does."""
        question = cleaned(question)

        with self.library.still():
            with self._stages("search"):
                retrieved = retrieve(self.library, question, scope=scope, least=top_k, most=top_k)
            with self._stages("cite"):
                passages = self._passages(question, retrieved, top_k, explained=explained)
            return Found(question, passages, retrieved.neighbours.version)

    def _passages(
        self, question: str, retrieved: Retrieved, top_k: int, *, explained: bool
    ) -> tuple[CitedPassage, ...]:
        wanted = retrieved.neighbours.wanted
        cited = []
        for ranked in retrieved.passages[:top_k]:
            passage = self._cited(ranked, wanted)
            if explained:
                why = explain(ranked, question, passage.citation.cited_text, wanted, read=retrieved.read)
                passage = replace(passage, explanation=why)
            cited.append(passage)
        return tuple(cited)

    def _answer(self, question: str, sentence: RankedSentence) -> Quote:
        document = self.library.document(sentence.candidate.passage.document_id)
        return self._quoted(sentence, evidence(question, sentence, document.text))

    def _quoted(self, sentence: RankedSentence, span: Span) -> Quote:
        document = self.library.document(sentence.candidate.passage.document_id)
        words = checked(document, sentence.words) if sentence.words else None
        return Quote(checked(document, span), words)

    def _also(self, question: str, retrieved: Retrieved) -> tuple[Quote, ...]:
        if not counting(question):
            return ()
        texts = [
            one.span.of(self.library.document(one.candidate.passage.document_id).text)
            for one in retrieved.sentences
        ]
        found = alternatives(question, retrieved.sentences, texts)
        return tuple(self._quoted(one, one.span) for one in found)

    def _cited(self, ranked: RankedPassage, wanted: Wanted) -> CitedPassage:
        candidate = ranked.candidate
        scores = Scores(
            passage=candidate.passage_cosine,
            sentence=candidate.sentence_cosines[ranked.best.number],
            lexical=bm25(candidate.match, wanted),
            reader=ranked.best.relevance,
        )
        document = self.library.document(candidate.passage.document_id)
        sentence = checked(document, ranked.best.span)
        return CitedPassage(
            score=ranked.score,
            scores=scores,
            citation=checked(document, candidate.passage.span),
            sentence=sentence,
            copies=tuple(self._copy(one, sentence.cited_text) for one in ranked.copies[:MOST_COPIES]),
        )

    def _copy(self, candidate: Candidate, said: str) -> Citation:
        document = self.library.document(candidate.passage.document_id)
        return checked(document, twin(document.text, candidate.passage.sentences, said))
