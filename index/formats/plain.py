"""Plain text in any encoding."""

import codecs
from collections.abc import Iterator

from index.formats.extracted import BrokenFile, Extracted, UnreadableFile

SAMPLE_BYTES = 2**18
"""How much of a text in an unknown encoding is looked at to tell which it is."""
MAX_CONTROL_SHARE = 0.01
"""A text with more control characters than this is something else."""

_MARKS = {
    codecs.BOM_UTF8: "utf_8_sig",
    codecs.BOM_UTF32_LE: "utf_32",  # before UTF-16's, which it begins with
    codecs.BOM_UTF32_BE: "utf_32",
    codecs.BOM_UTF16_LE: "utf_16",
    codecs.BOM_UTF16_BE: "utf_16",
}
_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n\r\f\x1b"}


class NotText(UnreadableFile):
    """The bytes are no text in any encoding."""


def read(raw: bytes) -> Iterator[Extracted]:
    """The text with its line ends as they are, and a note of its encoding where that is not UTF-8."""
    text, notes = decoded(raw)
    yield Extracted(text, notes=notes)


def decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """``raw`` as text without a byte order mark, and a note of its encoding where that is not UTF-8.

    Raises:
        NotText: it is not text.
        BrokenFile: it is not in the encoding that its mark or its first part promises.
    """
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf_8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf_8":
            raise BrokenFile(
                f"is not in the encoding that its byte order mark names (byte {error.start})",
                remedy="save it as UTF-8",
            ) from None
        encoding = _told(raw, error.start)
        text = _decoded_as(encoding, raw)
    if len(text) - len(text.translate(_CONTROLS)) > MAX_CONTROL_SHARE * len(text):
        raise NotText("holds binary data, not text", remedy="give it the ending of its real format")
    return text, () if encoding.startswith("utf_8") else (f"read as {encoding}",)


def _told(raw: bytes, wrong: int) -> str:
    """The encoding that a sample of ``raw`` is most probably in."""
    from charset_normalizer import from_bytes  # seldom needed, and slow to import

    end = raw.rfind(b"\n", 0, SAMPLE_BYTES) + 1 if len(raw) > SAMPLE_BYTES else len(raw)
    best = from_bytes(raw[: end or SAMPLE_BYTES]).best()
    if best is None:
        raise NotText(
            f"is no text in UTF-8 (byte {wrong}) or any other encoding", remedy="give it the ending of its format"
        )
    return best.encoding


def _decoded_as(encoding: str, raw: bytes) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise BrokenFile(
            f"begins as {encoding} and goes on otherwise (byte {error.start})", remedy="save it as UTF-8"
        ) from None
