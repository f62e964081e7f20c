"""What kind of thing a question asks for, where its wording says so, and whether a sentence holds one."""

import re

_NUMBER_WANTED = re.compile(
    r"\bhow (many|much|long|old|tall|far|large|big|high|often|fast)\b"
    r"|\b(what|which) (percent|percentage|number|amount|size|age|price)\b",
    re.IGNORECASE,
)
_TIME_WANTED = re.compile(r"\bwhen\b|\b(what|which) (year|date|century|month|day|decade|time)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|"
    r"hundred|thousand|million|billion|half|twice|once|first|second|third|several|many|few|percent)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def hint(question: str) -> re.Pattern[str] | None:
    """What a sentence that answers ``question`` most likely holds: a number for "how many", a digit for "when"."""
    if _NUMBER_WANTED.search(question):
        return _NUMBER
    if _TIME_WANTED.search(question):
        return _DIGIT
    return None
