"""A citation's verdict as text."""

from rich.console import Console
from rich.text import Text

from api.bodies.citations import CitationBody
from api.bodies.verification import VerifyResponse
from api.terminal.rendering import place, visible

COLOURS = {"verified": "bold green", "moved": "bold yellow", "gone": "bold red"}


def show_verdict(console: Console, verdict: VerifyResponse) -> None:
    """The verdict and how it was reached, then the words and their place, or the places among which to choose."""
    _line(console, Text(verdict.verdict, style=COLOURS[verdict.verdict]).append(_reason(verdict), style="not bold"))
    for citation in [verdict.citation] if verdict.citation else verdict.places:
        _show(console, citation)


def _reason(verdict: VerifyResponse) -> str:
    if verdict.verdict == "verified":
        return ": the same words stand there"
    if verdict.verdict == "gone":
        return ": no document holds these words, or words like them"
    alike = f"words like them (similarity {verdict.similarity:.2f})" if verdict.how == "fuzzy" else "the same words"
    if verdict.ambiguous:
        return f": {alike} stand in several places, and what is around them does not tell which is meant"
    chosen = ", chosen by what is around them" if verdict.how == "quote_and_context" else ""
    return f": {alike} stand elsewhere now{chosen}"


def _show(console: Console, citation: CitationBody) -> None:
    _line(console, Text(visible(citation.cited_text).replace("\n", " ").replace("\t", " "), style="bold"))
    _line(console, Text(f"  {place(citation)}", style="dim"))


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=not console.is_terminal, highlight=False)
