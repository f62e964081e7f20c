"""Whether texts are prose: a reader that learnt from articles and reviews cannot judge programs."""

import re
from collections.abc import Iterable

MOST_SYMBOLS = 0.03
"""The share of a text's characters that may be symbols.

It is less in 99 of 100 pieces of what the reader was trained on, and more in 5 of 6 pieces of programs.
"""
_SYMBOL = re.compile(r"[{}<>=_\[\]|&*#;\\@+`~^$/]")


def is_prose(texts: Iterable[str]) -> bool:
    """Whether they are, taken together."""
    together = "".join(texts)
    return len(_SYMBOL.findall(together)) <= MOST_SYMBOLS * len(together)
