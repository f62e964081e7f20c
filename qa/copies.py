"""Passages that say in the same words what a better one says: agencies' reports, mirrors, new editions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.library import Library
from index.matching import Numbers
from index.passages import Candidates
from index.spans import Span
from qa.quantities import numbers

SHARE = 0.8
"""How much of a copy's characters at least stand in the other passage, in whole sentences."""


@dataclass(frozen=True, slots=True)
class Group:
    """A passage and those that copy it, best first, by their places among the candidates."""

    original: int
    copies: list[int] = field(default_factory=list)


def grouped(
    library: Library, found: Candidates, order: Iterable[int], supporters: Numbers, most: int | None
) -> list[Group]:
    """The first ``most`` passages in ``order`` that copy no better one, or all, each with its copies.

    A copy's supporting sentence stands in the other passage, as at least ``SHARE`` of it does, white space and case
    apart; and what else it says names no number that the other one does not.

    Raises:
        UnknownDocument: a document was removed meanwhile.
    """
    groups: list[Group] = []
    words = _Words(library, found)
    known: dict[int, dict[int, Group]] = defaultdict(dict)
    for i in order:
        if len(groups) == most:
            break
        supporter = int(supporters[i])
        prints = words.prints(i)
        alike = known.get(prints[supporter], {}).values()
        group = next((one for one in alike if words.copied(i, supporter, one.original)), None)
        if group:
            group.copies.append(i)
        else:
            groups.append(Group(i))
            for one in prints:
                known[one][i] = groups[-1]
    return groups


def twin(text: str, sentences: Sequence[Span], said: str) -> Span:
    """The one of ``sentences`` of ``text`` that is ``said``, white space and case apart; the first if none is."""
    return next((one for one in sentences if folded(one.of(text)) == folded(said)), sentences[0])


def folded(text: str) -> str:
    """What two equal sentences have in common, however they are set."""
    return " ".join(text.casefold().split())


class _Words:
    """What candidates say; their texts are looked at where their words are alike."""

    def __init__(self, library: Library, found: Candidates) -> None:
        self._library = library
        self._found = found
        self._said: dict[int, list[str]] = {}

    def prints(self, i: int) -> list[int]:
        """Of each sentence, what its words alone decide: the same for equal ones, wherever they stand."""
        first = int(self._found.firsts[i])
        own: list[int] = self._found.prints[first : first + int(self._found.sizes[i])].tolist()
        return own

    def copied(self, i: int, supporter: int, other: int) -> bool:
        """Whether the one is a copy of the other."""
        said, there = self._sentences(i), set(self._sentences(other))
        if said[supporter] not in there:
            return False
        rest = [sentence for sentence in said if sentence not in there]
        if sum(map(len, rest)) > (1 - SHARE) * sum(map(len, said)):
            return False
        return _values(rest) <= _values(there)

    def _sentences(self, i: int) -> list[str]:
        if i not in self._said:
            passage = self._found[i].passage
            text = self._library.document(passage.document_id).text
            self._said[i] = [folded(sentence.of(text)) for sentence in passage.sentences]
        return self._said[i]


def _values(sentences: Iterable[str]) -> set[float]:
    return {number.quantity.value for sentence in sentences for number in numbers(sentence)}
