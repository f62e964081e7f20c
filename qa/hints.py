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
_ASKING = r"(who|whom|whose|what|which|when|where|why|how|whats|whos)"
_ASKED = re.compile(
    rf"[?？؟]|^\W*((in|at|on|by|to|for|from|of|with|about|under|during|since|until) )?{_ASKING}\b"
    r"|^\W*(is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)\b"
    r"|^\W*(name|list|describe|explain|tell|give|find|show|identify|define|compare|summari[sz]e)\b",
    re.IGNORECASE,
)
_ASKING_WORD = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)
_SENTENCE_WORDS = 6
"""From so many words on, words without a full stop are a statement, and not a few keywords."""


def hint(question: str) -> re.Pattern[str] | None:
    """What a sentence that answers ``question`` most likely holds: a number for "how many", a digit for "when"."""
    if _NUMBER_WANTED.search(question):
        return _NUMBER
    if _TIME_WANTED.search(question):
        return _DIGIT
    return None


def states(question: str) -> bool:
    """Whether it asks nothing but states something, a claim whose sources are sought; keywords do neither."""
    if _ASKED.search(question):
        return False
    if question.rstrip(" \"'”’»)").endswith((".", "!", "。")):
        return True
    return len(question.split()) >= _SENTENCE_WORDS and not _ASKING_WORD.search(question)
