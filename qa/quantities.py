"""The quantities that a text names."""

import re
from dataclasses import dataclass

from index.terms import terms

_UNITS = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    name: 10 * value
    for value, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_WORDS = {**_UNITS, **_TENS, "dozen": 12}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
_SPELT = "|".join(name for name in _WORDS if name != "one")  # "one" is a pronoun more often than a count
_NUMBER = re.compile(
    r"(?<![\w.,:/-])[$€£]?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\w/]|-\w|[.,:]\d)"
    rf"|\b(?P<word>{_SPELT})(?:-(?P<unit>{'|'.join(list(_UNITS)[1:10])}))?\b(?!-)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s*(?P<percent>%|per ?cent\b)?\s*(?P<scale>(?:{'|'.join(_SCALES)})\b)?\s*(?P<percent_too>%|per ?cent\b)?"
    r"(?P<stop>[.,;:)!?\"”’]|$)?\s*(?P<next>\w+)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1\d{3}|20\d\d")
_MONTH_BEFORE = re.compile(rf"{_MONTH}\s*$", re.IGNORECASE)
_MONTH_NAME = re.compile(_MONTH, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts: the term of the word behind it, "" where the clause ends with the number."""

    value: float
    percent: bool
    counted: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text, from code point ``start`` to ``end``: a quantity, or a part of a date."""

    start: int
    end: int
    quantity: Quantity
    dated: bool


def quantities(text: str) -> list[Quantity]:
    """The quantities in ``text``, in order; years, and days of a month, are dates and left out."""
    return [number.quantity for number in numbers(text) if not number.dated]


def numbers(text: str) -> list[Number]:
    """Every number in ``text``, in order."""
    found = []
    for number in _NUMBER.finditer(text):
        behind = _BEHIND.match(text, number.end())
        if behind:
            scale = _SCALES[behind["scale"].lower()] if behind["scale"] else 1.0
            counted = "" if behind["stop"] else "".join(terms(behind["next"] or "")[-1:])
            percent = bool(behind["percent"] or behind["percent_too"])
            quantity = Quantity(_value(number) * scale, percent, counted)
            found.append(Number(*number.span(), quantity, _is_date(text, number, behind)))
    return found


def _value(number: re.Match[str]) -> float:
    if number["digits"]:
        return float(number["digits"].replace(",", ""))
    return _WORDS[number["word"].lower()] + _UNITS.get((number["unit"] or "zero").lower(), 0)


def _is_date(text: str, number: re.Match[str], behind: re.Match[str]) -> bool:
    if number["digits"] and _YEAR.fullmatch(number["digits"]):
        return True
    follows = not behind["stop"] and _MONTH_NAME.fullmatch(behind["next"] or "")
    return bool(follows or _MONTH_BEFORE.search(text, 0, number.start()))
