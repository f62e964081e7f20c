"""Questions to whoever answers, the local library or a service: one, or one a line of standard input."""

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

import typer
from rich.console import Console
from rich.text import Text

from api.bodies.answers import AskResponse
from api.bodies.documents import DocumentBody
from api.bodies.questions import AskRequest
from api.terminal.naming import LISTED, Name, ids_of
from api.terminal.rendering import show_answer, visible
from index.errors import PinciteError


class NoQuestion(PinciteError):
    """Nothing was asked."""

    def __init__(self) -> None:
        super().__init__(
            "there is no question", remedy="write one in quotes behind 'pincite ask', or one a line to its input"
        )


class Source(Protocol):
    """Answers questions and gives documents: a service's client, or the local library."""

    def ask(self, request: AskRequest) -> AskResponse:
        """The answer."""

    def documents(self) -> Iterator[DocumentBody]:
        """Every document without its text."""

    def text(self, document_id: str) -> str:
        """A document's text."""


class OpenSource(Source, Protocol):
    """A source that holds something until it is closed."""

    def __enter__(self) -> Self:
        """Itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Let go of it."""


def open_source(url: str, err: Console, *, read: bool) -> OpenSource:
    """The service at ``url``, or the local library where that is empty."""
    if url:
        from api.terminal.remote import open_remote

        return open_remote(url)
    from api.terminal.local import Local

    return Local(err, read=read)


def asking_only(names: Sequence[str], request: AskRequest, source: Source, *, remote: bool) -> AskRequest:
    """The request, asking only the documents that are called so, where any are.

    Raises:
        NotUnderstood: no document of the source is called so, or several are.
    """
    if not names:
        return request
    remedy = "see the service's GET /v1/documents" if remote else LISTED
    ids = ids_of(names, lambda: [Name(one.title, one.id, one.source) for one in source.documents()], remedy=remedy)
    return request.model_copy(update={"document_ids": ids})


def ask_once(source: Source, request: AskRequest, out: Console, *, as_json: bool) -> bool:
    """Ask and print; whether the documents say."""
    answer = source.ask(request)
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        show_answer(out, answer)
    return answer.answerable


def ask_lines(source: Source, request: AskRequest, lines: Iterable[str], out: Console, *, as_json: bool) -> bool:
    """Ask each line as ``request`` says; whether the documents say what the last one asks.

    JSON is one line an answer; text has the question above each answer.
    """
    answerable = False
    for number, line in enumerate(lines):
        answer = source.ask(request.model_copy(update={"question": line}))
        if as_json:
            typer.echo(answer.model_dump_json())
        else:
            if number:
                out.print()
            out.print(Text(f"? {visible(line)}", style="bold"), soft_wrap=True, highlight=False)
            show_answer(out, answer)
        sys.stdout.flush()
        answerable = answer.answerable
    return answerable


def lines_of_input() -> Iterator[str]:
    """The questions on standard input, one a line, blank ones left out; the first one is waited for.

    Raises:
        NoQuestion: there is none.
    """
    lines = (raw.decode("utf-8", "surrogateescape").strip("\ufeff \t\r\n") for raw in sys.stdin.buffer)
    questions = filter(None, lines)
    first = next(questions, None)
    if first is None:
        raise NoQuestion
    return itertools.chain([first], questions)
