"""What counts as a question."""

import unicodedata

from index.errors import PinciteError

MAX_CHARACTERS = 2000
_ALLOWED_CONTROLS = "\t\n\r"


class BadQuestion(PinciteError):
    """A question that cannot be answered as it stands: blank, too long, or not plain text."""


def cleaned(question: str) -> str:
    """``question`` in NFC with single spaces.

    Raises:
        BadQuestion: it is blank, over 2,000 code points, or holds control characters or lone surrogates.
    """
    if len(question) > MAX_CHARACTERS:
        raise BadQuestion(f"the question has {len(question)} characters", remedy=f"ask in at most {MAX_CHARACTERS}")
    for place, character in enumerate(question):
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):
            raise BadQuestion(
                f"character {place} of the question is not text (U+{ord(character):04X})", remedy="leave it out"
            )
    words = unicodedata.normalize("NFC", question).split()
    if not words:
        raise BadQuestion("the question is empty", remedy="ask something, such as 'who took responsibility?'")
    return " ".join(words)
