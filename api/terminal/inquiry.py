"""The command that asks: its options, and who gets the questions."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.terminal.mistakes import complain
from api.terminal.options import AsJson, Url

if TYPE_CHECKING:
    from api.bodies.questions import AskRequest

ANSWERED, NOT_ANSWERED = 0, 1
out, err = Console(), Console(stderr=True)

Question = Annotated[
    str | None, typer.Argument(help="What you want to know, in quotes; without it, a prompt opens.")
]
TopK = Annotated[int, typer.Option("--top-k", min=1, max=50, help="How many passages to show.")]
Documents = Annotated[
    list[str] | None,
    typer.Option(
        "--document", metavar="NAME", help="Search only this document: its id, title or file; repeatable."
    ),
]
Conditions = Annotated[
    list[str] | None,
    typer.Option(metavar="CONDITION", help="Search only documents with such metadata; repeatable. See below."),
]
MinConfidence = Annotated[float | None, typer.Option(min=0, max=1, help="Answer only from this confidence on.")]
Fast = Annotated[
    bool, typer.Option("--fast", help="Leave the reader out: milliseconds, and fewer right first sentences.")
]
Generate = Annotated[
    bool, typer.Option("--generate", help="Add an answer in a language model's words, each sentence checked.")
]


def ask(
    question: Question = None,
    url: Url = "",
    top_k: TopK = 5,
    document: Documents = None,
    where: Conditions = None,
    min_confidence: MinConfidence = None,
    fast: Fast = False,
    generate: Generate = False,
    as_json: AsJson = False,
) -> int:
    """Answer QUESTION with the sentence that answers it, its place, and the nearest passages.

    QUESTION may be a statement, such as a claim to be checked: its sources are then sought.

    A CONDITION is NAME=VALUE, or 'NAME>=VALUE' and 'NAME<=VALUE' for a range of numbers or dates. Several of one
    name with = are alternatives; all names have to be met.

    Without QUESTION, and at a terminal, it opens a prompt; else it answers each line of its input.
    The status is 0 where the documents answer, 1 where they do not, 2 on an error; of several, the last one's.
    """
    from api.notation import filter_of
    from qa.questions import cleaned

    if question is not None:
        cleaned(question)  # a mistake is said before a library is made for it
    request = _request(
        question=question or "",
        top_k=top_k,
        metadata=filter_of(where or []),
        min_confidence=min_confidence,
        read=not fast,
        generate=generate,
    )
    if question is None and sys.stdin.isatty() and sys.stdout.isatty():
        return _converse(url, request, document or [], as_json=as_json)
    return _answer(url, request, document or [], as_json=as_json)


def _request(**chosen: object) -> "AskRequest":
    """The request of what was chosen.

    Raises:
        BadParameter: the option that cannot be.
    """
    from pydantic import ValidationError

    from api.bodies.questions import AskRequest

    try:
        return AskRequest.model_validate(chosen)
    except ValidationError as error:
        raise typer.BadParameter(str(error.errors()[0]["msg"])) from None


def _answer(url: str, request: "AskRequest", only: list[str], *, as_json: bool) -> int:
    """The request's question, or where it has none, each line of the input."""
    from api.terminal.questions import ask_lines, ask_once, asking_only, lines_of_input, open_source

    lines = iter(()) if request.question else lines_of_input()
    with open_source(url, err, read=request.read) as source:
        request = asking_only(only, request, source, remote=bool(url))
        if request.question:
            answerable = ask_once(source, request, out, as_json=as_json)
        else:
            answerable = ask_lines(source, request, lines, out, as_json=as_json)
    return ANSWERED if answerable else NOT_ANSWERED


def _converse(url: str, request: "AskRequest", only: list[str], *, as_json: bool) -> int:
    from api.settings import load_settings
    from api.terminal.conversation import Conversation, require_prompt
    from api.terminal.paging import page
    from api.terminal.questions import asking_only, open_source

    require_prompt()
    from api.terminal.prompt import converse

    with open_source(url, err, read=request.read) as source:
        request = asking_only(only, request, source, remote=bool(url))
        conversation = Conversation(source, request, out, lambda opened: page(opened, out), as_json=as_json)
        converse(conversation, load_settings().data, partial(complain, err))
    return ANSWERED
