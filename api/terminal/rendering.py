"""Answers as text for a terminal, or for a pipe."""

import unicodedata
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.access.keys import Key
from api.bodies.answers import AskResponse, PassageBody, QuoteBody
from api.bodies.citations import CitationBody
from api.terminal.writing import lines
from index.documents import Summary

NOT_ANSWERED = "The documents do not say."


def visible(text: str) -> str:
    """``text`` with control characters made visible: a document must not steer the terminal."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in text
    )


def show_answer(console: Console, answer: AskResponse) -> None:
    """The answer, its place, and the other passages with their best sentence marked."""
    if answer.answer:
        _line(console, _quoted(answer.answer))
        where = f"{place(answer.answer.citation)}, confidence {answer.confidence:.2f}"
        _indented(console, Text(where, style="dim"), by=2)
        for quote in answer.answer.also:
            console.print()
            _line(console, Text("Also: ", style="bold yellow").append_text(_quoted(quote, style="default")))
            _indented(console, Text(place(quote.citation), style="dim"), by=2)
        if answer.answer.generated:
            console.print()
            for text in lines(answer.answer.generated):
                _line(console, Text(_flat(text.plain), spans=text.spans, style=text.style))
    else:
        _line(console, Text(NOT_ANSWERED, style="bold yellow"))
        _line(console, Text(f"  confidence that they do: {answer.confidence:.2f}", style="dim"))
    if answer.passages:
        console.print()
        _line(console, Text("Passages" if answer.answer else "Nearest passages", style="underline"))
    for number, passage in enumerate(answer.passages, start=1):
        _line(console, Text(f"{number}. ", style="bold").append(place(passage.citation), style="dim"))
        _indented(console, _marked(passage), by=3)
        for copy in passage.copies:
            _indented(console, Text(f"the same in {place(copy)}", style="dim"), by=3)


def show_documents(console: Console, documents: Sequence[Summary]) -> None:
    """One line a document; tab-separated where the output is piped."""
    if not console.is_terminal:
        for one in documents:
            print(one.id, one.length, one.passages, visible(one.title), sep="\t")
        return
    table = Table("id", "characters", "passages", "title", box=None, header_style="bold", pad_edge=False)
    for one in documents:
        table.add_row(one.id, str(one.length), str(one.passages), Text(visible(one.title)))
    console.print(table)


def show_keys(console: Console, keys: Iterable[Key]) -> None:
    """One line an API key; tab-separated where the output is piped."""
    if not console.is_terminal:
        for key in keys:
            print(key.id, key.role, key.created.isoformat(), visible(key.name), sep="\t")
        return
    table = Table("id", "role", "created", "name", box=None, header_style="bold", pad_edge=False)
    for key in keys:
        table.add_row(key.id, key.role, key.created.isoformat(), Text(visible(key.name)))
    console.print(table)


def place(citation: CitationBody) -> str:
    """A citation's place in words that ``pincite show`` takes."""
    place = f"{citation.start_char_index}:{citation.end_char_index}"
    page = "" if citation.page is None else f"page {citation.page}, "
    return f"{visible(citation.document_title)}, {page}characters {place} (document {citation.document_id})"


def _quoted(quote: QuoteBody, *, style: str = "bold green") -> Text:
    """The sentence, with the words in it that are the answer underlined."""
    text = Text(_flat(quote.text), style=style)
    if quote.span:
        start = quote.span.citation.start_char_index - quote.citation.start_char_index
        text.stylize("underline", start, start + len(quote.span.text))
    return text


def _marked(passage: PassageBody) -> Text:
    """The passage with its best sentence in bold."""
    start = passage.sentence.start_char_index - passage.citation.start_char_index
    end = passage.sentence.end_char_index - passage.citation.start_char_index
    text = Text(_flat(passage.text))
    text.stylize("bold", start, end)
    return text


def _flat(text: str) -> str:
    """``text`` on one line, character for character."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=not console.is_terminal, highlight=False)


def _indented(console: Console, text: Text, *, by: int) -> None:
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, by)), highlight=False)
    else:
        _line(console, Text(" " * by).append_text(text))
