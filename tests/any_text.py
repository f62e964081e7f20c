"""Arbitrary Unicode text for Hypothesis, and what it means to cut text without loss."""

from collections.abc import Sequence

from hypothesis import strategies as st

from index.spans import Span

PIECES = (
    *(
        "word ",
        "Mr. ",
        "3.14 ",
        "U.S. ",
        ". . ",
        "…",
        "“Yes.” ",
        "- item\n",
        "\r\n",
        "\n\n",
        "\t",
        "\u2029",
        "\x00",
    ),
    *(
        "👩‍👩‍👧",
        "e\u0301",
        "שלום ",
        "\u202eabc",
        "السلام. ",
        "你好。",
        "日本語",
        "한국어 ",
        "\ufb03",
        "\u200b",
        "\ufeff",
    ),
    "unbroken" * 20,
)
"""What breaks offsets, sentences or tokens: joined in any order."""

_SHORT = st.lists(st.sampled_from(PIECES)).map("".join)
_LONG = st.lists(st.sampled_from(PIECES), min_size=30).map("".join)
TEXTS = st.one_of(st.text(), _SHORT, _LONG)
"""Any text without lone surrogates."""


def assert_cut(text: str, spans: Sequence[Span]) -> None:
    """The spans are in order, do not overlap, are trimmed, and leave out nothing but white space."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert edges == sorted(edges)
    left_out = [text[end:start] for end, start in zip(edges[::2], edges[1::2], strict=True)]
    assert "".join(left_out).strip() == ""
    assert [span.of(text).strip() for span in spans] == [text[span.start : span.end] for span in spans]
