"""Text as terms: the stems of its content words, in order."""

import re
import unicodedata
import zlib
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    "a about am an and any are as at be been being but by can could did do does done for from had has have having "
    "he her him his how i if in into is it its may me might must my no not of on or our s shall she should some "
    "such t than that the their them then there these they this those to us was we were what when where which who "
    "whom whose why will with would you your".split()
)
"""Words that name no subject: articles, pronouns, auxiliaries, prepositions and question words."""

_SPACELESS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_SPACELESS}]|[^\\W{_SPACELESS}]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_]+")
_CACHED_WORDS = 65536


def terms(text: str) -> list[str]:
    """The terms of ``text``: words without case, accents and English endings; stop words are left out.

    A compound also gives its parts, so that each finds it: ``run_target`` is runtarget, run, target, and
    ``CD4`` is cd4, cd, 4. Scripts without spaces between words give a term a character.
    """
    return [term for word in _WORD.findall(_plain(text)) for term in _of_word(word)]


def codes(found: list[str]) -> list[int]:
    """Each term as the 32-bit number that the library keeps instead of it."""
    return [_code(term) for term in found]


@lru_cache(_CACHED_WORDS)
def _of_word(word: str) -> tuple[str, ...]:
    parts = [part for piece in word.split("_") for part in _PART.findall(piece)]
    forms = [word.replace("_", ""), *(parts if len(parts) > 1 else ())]
    stems = (_stem(form.lower()) for form in forms if form)
    return tuple(stem for stem in stems if stem not in _stop_stems())


@lru_cache(_CACHED_WORDS)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(_CACHED_WORDS)
def _code(term: str) -> int:
    return zlib.crc32(term.encode())


@lru_cache(1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(1)
def _stop_stems() -> frozenset[str]:
    return STOP_WORDS | {_stem(word) for word in STOP_WORDS}


def _plain(text: str) -> str:
    """``text`` without accents and other combining marks, compatible characters made one."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
