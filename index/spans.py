"""Exact ranges of a document's text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range ``[start, end)`` of a text, in Unicode code points, never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` that this span covers."""
        return text[self.start : self.end]

    def within(self, outer: "Span") -> "Span":
        """The same range of the text that ``outer``, which holds it, covers."""
        return Span(self.start - outer.start, self.end - outer.start)


def trimmed(text: str, start: int, end: int) -> Span | None:
    """``[start, end)`` without the white space at either side; None where nothing else is there."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    kept = len(piece.strip())
    return Span(start + left, start + left + kept) if kept else None
