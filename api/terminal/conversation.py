"""What a typed line means: a question, the number of a passage to open, or a command."""

import importlib.util
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text

from api.bodies.answers import AskResponse
from api.bodies.citations import CitationBody
from api.bodies.questions import AskRequest
from api.terminal.naming import Name, NotUnderstood, named
from api.terminal.paging import Opened
from api.terminal.questions import Source
from api.terminal.rendering import show_answer, visible
from index.errors import PinciteError

GREETING = "Ask a question; a number opens that passage; :help says what else there is."
HELP = (
    ("a question", "answers it"),
    ("1, 2, …", "opens that passage in its document, the sentence marked"),
    (":open", "opens the document of the answer; :open NAME any other"),
    (":in NAME", "asks only that document; :in asks all of them again"),
    (":documents", "lists the documents"),
    (":help", "this"),
    (":quit, Ctrl-D", "leaves"),
)
COMMANDS = [":open", ":in", ":documents", ":help", ":quit"]
NAMING = (":open", ":in")
"""The commands that a document's name follows."""


class NoPrompt(PinciteError):
    """What the prompt is made of is not installed, as in the container."""


def require_prompt() -> None:
    """Raises NoPrompt where lines cannot be taken."""
    if importlib.util.find_spec("prompt_toolkit") is None:
        raise NoPrompt(
            "the prompt needs the package prompt_toolkit",
            remedy="run 'pip install prompt_toolkit', or write the question behind 'pincite ask'",
        )


class Conversation:
    """One person's questions to one source: remembers the last answer, and which document is asked."""

    def __init__(
        self,
        source: Source,
        request: AskRequest,
        console: Console,
        open_: Callable[[Opened], None],
        *,
        as_json: bool = False,
    ) -> None:
        """``request`` says all but the question; ``open_`` shows a document."""
        self._source = source
        self._request = request
        self._console = console
        self._open = open_
        self._as_json = as_json
        self._answer: AskResponse | None = None
        self._names: Sequence[Name] | None = None
        self.only: Name | None = None

    def names(self) -> Sequence[Name]:
        """What there is to open, as it was when first asked for."""
        if self._names is None:
            self._names = [
                Name(visible(one.title), one.id, visible(one.source)) for one in self._source.documents()
            ]
        return self._names

    def take(self, line: str) -> bool:
        """Do what the line says; False where it says to leave.

        Raises:
            PinciteError: it cannot be done.
        """
        line = line.strip()
        command, _, rest = line.partition(" ")
        match command:
            case "":
                pass
            case ":quit" | ":q" | ":exit":
                return False
            case ":help" | ":h" | ":?" | "?":
                self._help()
            case ":documents":
                self._list()
            case ":in":
                self._restrict(rest.strip())
            case ":open":
                self._open_named(rest.strip())
            case _ if command.startswith(":"):
                raise NotUnderstood(
                    f"there is no command {visible(command)}", remedy="see :help for those there are"
                )
            case _ if line.isascii() and line.isdecimal():
                self._open_passage(int(line[:9]))
            case _:
                self._ask(line)
        return True

    def _ask(self, question: str) -> None:
        update: dict[str, object] = {"question": question}
        if self.only:
            update["document_ids"] = [self.only.document_id]
        answer = self._source.ask(self._request.model_copy(update=update))
        self._answer = answer
        self._console.print()
        if self._as_json:
            self._console.print_json(answer.model_dump_json())
        else:
            show_answer(self._console, answer)
        self._console.print()

    def _open_passage(self, number: int) -> None:
        passages = self._answer.passages if self._answer else []
        if not 1 <= number <= len(passages):
            there = f"1 to {len(passages)} are there" if passages else "ask something first"
            raise NotUnderstood(f"there is no passage {number}", remedy=there)
        self._open_at(passages[number - 1].sentence)

    def _open_named(self, name: str) -> None:
        if name:
            found = named(self.names(), name, remedy="see :documents")
            self._open(Opened(found.title, self._source.text(found.document_id)))
        elif self._answer and self._answer.answer:
            self._open_at(self._answer.answer.citation)
        else:
            raise NotUnderstood("there is no answer to open", remedy="ask something first, or write :open NAME")

    def _open_at(self, citation: CitationBody) -> None:
        text = self._source.text(citation.document_id)
        title = visible(citation.document_title)
        self._open(Opened(title, text, citation.start_char_index, citation.end_char_index))

    def _restrict(self, name: str) -> None:
        self.only = named(self.names(), name, remedy="see :documents") if name else None
        asked = f"Asking {self.only.title} only; :in asks all again." if self.only else "Asking all documents."
        self._console.print(Text(asked, style="dim"))

    def _list(self) -> None:
        for name in self.names():
            self._console.print(Text(f"{name.document_id}  ", style="dim").append(name.title, style="default"))

    def _help(self) -> None:
        for what, does in HELP:
            self._console.print(Text(f"  {what:<16}", style="bold").append(does, style="default"))
