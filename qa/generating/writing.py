"""An answer as a language model writes it: its text in, checked sentences out."""

from index.library import Library, UnknownDocument
from index.spans import Span
from qa.answers import Answer, Citation
from qa.citing import checked
from qa.generating.claims import Claims, ended
from qa.generating.prompting import PASSAGES, messages
from qa.generating.support import Ground, grounds, held
from qa.generating.written import Claim, Message, WrittenSentence

UNCITED = "it cites no passage"
CUT = "it was cut off before its end"


class Writing:
    """Checks what a language model writes to an answer, while it is written.

    The model is given the first passages of ``answer``, numbered from 1. A sentence is supported where a sentence
    of a passage that it names holds it, and where it names none that was not given. The documents, and so the
    model, may say anything: what they say decides nothing here.
    """

    def __init__(self, answer: Answer, library: Library) -> None:
        self._library = library
        self._embed = library.embedding()
        self._passages = tuple(passage.citation for passage in answer.passages[:PASSAGES])
        self._grounds: dict[int, tuple[Ground, ...]] = {}
        self._claims = Claims()
        self.messages: tuple[Message, ...] = messages(answer.question, [p.cited_text for p in self._passages])

    def add(self, piece: str) -> list[WrittenSentence]:
        """The sentences that are whole once ``piece`` of the model's text has come."""
        return [self._checked(claim) for claim in self._claims.add(piece)]

    def end(self, *, cut: bool = False) -> list[WrittenSentence]:
        """The sentences that are left; ``cut`` says that the model did not come to its end."""
        left = self._claims.end()
        broken = left[-1:] if cut and left and not ended(left[-1]) else []
        whole = left[: len(left) - len(broken)]
        return [*map(self._checked, whole), *(_unsupported(claim, CUT) for claim in broken)]

    def _checked(self, claim: Claim) -> WrittenSentence:
        if not claim.numbers:
            return _unsupported(claim, UNCITED)
        invented = [n for n in claim.numbers if not 1 <= n <= len(self._passages)]
        if invented:
            listed = ", ".join(map(str, invented))
            return _unsupported(claim, f"it cites what was not given: {listed} of {len(self._passages)}")
        judged = [(number, self._judged(claim, number)) for number in claim.numbers]
        citations = tuple(found for _, found in judged if isinstance(found, Citation))
        against = [f"passage {number}: {found}" for number, found in judged if isinstance(found, str)]
        return WrittenSentence(claim.text, claim.numbers, citations, "; ".join(against) or None)

    def _judged(self, claim: Claim, number: int) -> Citation | str:
        """The citation of what holds ``claim`` in the passage of that number, or why nothing does."""
        passage = self._passages[number - 1]
        nearest = held(claim.words, self._grounds_of(number), self._embed)
        if nearest is None or nearest.why:
            return nearest.why if nearest and nearest.why else "it is empty"
        try:
            document = self._library.document(passage.document_id)
        except UnknownDocument:
            return "its document has been removed"
        start = passage.span.start
        return checked(document, Span(start + nearest.span.start, start + nearest.span.end))

    def _grounds_of(self, number: int) -> tuple[Ground, ...]:
        if number not in self._grounds:
            self._grounds[number] = grounds(self._passages[number - 1].cited_text, self._embed)
        return self._grounds[number]


def _unsupported(claim: Claim, why: str) -> WrittenSentence:
    return WrittenSentence(claim.text, claim.numbers, (), why)
