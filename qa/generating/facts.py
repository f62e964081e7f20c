"""What a claim may not change of what it cites: numbers, names and their order, quotations, denials, bounds."""

import re
import unicodedata
from collections.abc import Iterator

from index.terms import STOP_WORDS, terms
from qa.quantities import numbers

_ORDINALS = {
    name: value
    for value, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_OPENERS = STOP_WORDS | frozenset(
    "according additionally after afterwards again all also although another because before besides both "
    "despite each earlier either even every everybody everyone few fewer finally further furthermore here "
    "hence however instead last later less like many meanwhile more moreover most much neither "
    "nevertheless no nobody none nor nothing now once one only other others overall over per several "
    "since so somebody someone something still than then therefore though thus today together too under "
    "unlike until upon very when whenever whether while within without yet".split()
)
"""Words that open a sentence, or a quotation in it, with a capital and name nothing."""
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday".split()
)
_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(rf"\b(?:(\d+)(?:st|nd|rd|th)|({'|'.join(_ORDINALS)}))\b", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![^\W_])[^\W_]*\d[^\W_]*(?:[-.,:/][^\W_]+)*")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]*)(?:[”“»\"]|$)|^([^“”„«»\"]+)[”»]")
_ELLIPSIS = re.compile(r"…|\.\.\.|\[[^\]]*\]")
_DENIAL = re.compile(
    r"\b(?:not|no|nor|none|never|neither|nobody|nothing|nowhere|cannot|without)\b|n['’]t\b", re.IGNORECASE
)
_DENIED = re.compile(
    _DENIAL.pattern + r"|\b(?:hardly|barely|scarcely|unknown|unclear|unable|den(?:y|ies|ied)|refus\w+|fail\w*|"
    r"lack\w*)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refus|reject|forb[ia]d|ban(?:s|ned|ning)?\b|prohibit|prevent|cancel|withdr[ae]w|lift|"
    r"revok|fail)\w*",
    re.IGNORECASE,
)
_REFUSED = re.compile(rf"{_DENIAL.pattern}|{_REFUSAL.pattern}", re.IGNORECASE)
_MORE = re.compile(r"\b(?:more|greater|higher|longer|larger) than\b|\bat least\b|\bexceed\w*", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less|fewer|lower|shorter|smaller) than\b|\bat most\b|\bup to\b", re.IGNORECASE)
_MORE_TOO = re.compile(rf"{_MORE.pattern}|\b(?:over|above)\b", re.IGNORECASE)
_LESS_TOO = re.compile(rf"{_LESS.pattern}|\b(?:under|below)\b", re.IGNORECASE)
_TURNS = {
    "a denial": (_DENIAL, _DENIED),
    "a refusal": (_REFUSAL, _REFUSED),
    "“more than”": (_MORE, _MORE_TOO),
    "“less than”": (_LESS, _LESS_TOO),
}
"""What turns a claim round: how a claim says it, and how its evidence may."""


def unfounded(claim: str, evidence: str, *, before: str = "") -> tuple[str, ...]:
    """What ``claim`` says and ``evidence`` does not hold, each in words that follow "it does not hold".

    Empty where every number, name and quotation of the claim stands in the evidence, the names in the same order,
    and the claim denies or bounds nothing that the evidence does not. Names alone may also stand in the text
    ``before`` the evidence. It errs on the strict side: a name in another form ("Turkish" for "Turkey") counts as
    another.
    """
    return (
        *_numbers(claim, evidence),
        *_names(claim, f"{before} {evidence}"),
        *_quotations(claim, evidence),
        *(name for name, (said, held) in _TURNS.items() if said.search(claim) and not held.search(evidence)),
    )


def without_numbers(text: str) -> str:
    """``text`` without its numbers."""
    start, kept = 0, []
    for number in numbers(text):
        kept.append(text[start : number.start])
        start = number.end
    return " ".join((*kept, text[start:]))


def without_names(text: str) -> str:
    """The words of ``text`` that name nothing."""
    return " ".join(word for word in _WORD.findall(text) if not _is_name(word))


def _numbers(claim: str, evidence: str) -> Iterator[str]:
    held = {(one.quantity.value, one.quantity.percent) for one in numbers(evidence)} | _ordinals(evidence)
    held |= {(1.0, False)} if re.search(r"\bone\b", evidence, re.IGNORECASE) else set()
    own = numbers(claim)
    for number in own:
        if (number.quantity.value, number.quantity.percent) not in held:
            yield f"the number “{claim[number.start : number.end]}”"
    for value, _ in sorted(_ordinals(claim) - held):
        yield f"the number “{value:g}”"
    covered = [(number.start, number.end) for number in own] + [one.span() for one in _ORDINAL.finditer(claim)]
    figures = {one.group().casefold() for one in _FIGURE.finditer(evidence)}
    for one in _FIGURE.finditer(claim):
        counted = any(start < one.end() and one.start() < end for start, end in covered)
        if not counted and one.group().casefold() not in figures:
            yield f"the figure “{one.group()}”"


def _ordinals(text: str) -> set[tuple[float, bool]]:
    return {
        (float(one[1]) if one[1] else float(_ORDINALS[one[2].lower()]), False) for one in _ORDINAL.finditer(text)
    }


def _names(claim: str, evidence: str) -> Iterator[str]:
    held = [_forms(word) for word in _WORD.findall(_joined(evidence))]
    everything = set().union(*held)
    missing = False
    ordered: dict[frozenset[str], None] = {}  # each name where it first stands
    for word in _WORD.findall(_joined(claim)):
        if _is_name(word):
            forms = _forms(word)
            if not forms & everything:
                missing = True
                yield f"the name “{word}”"
            elif word.lower() not in _CALENDAR:
                ordered[forms] = None
    rest = iter(held)
    if not missing and not all(any(forms & there for there in rest) for forms in ordered):
        yield "the names in this order"


def _is_name(word: str) -> bool:
    if not word[0].isupper():
        return False
    if word.isupper() and len(word) > 1:
        return True
    return word.lower() not in _OPENERS and word.lower() not in _ORDINALS and not numbers(word)


def _forms(word: str) -> frozenset[str]:
    """What a word is compared by: its terms; an abbreviation that is also a stop word by its letters."""
    return frozenset(terms(word)) or frozenset({word})


def _joined(text: str) -> str:
    """``text`` with "U.S." as "US"."""
    return _INITIALS.sub(lambda found: found.group().replace(".", ""), text)


def _quotations(claim: str, evidence: str) -> Iterator[str]:
    held = _flat(evidence)
    for found in _QUOTED.finditer(claim):
        quoted = found[1] or found[2] or ""
        if not all(_flat(part).strip(" .,;:!?") in held for part in _ELLIPSIS.split(quoted)):
            yield f"the quotation “{quoted.strip()}”"


def _flat(text: str) -> str:
    """``text`` without case and accents' encodings, with single spaces and one kind of apostrophe."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(plain.replace("’", "'").replace("‘", "'").split())
