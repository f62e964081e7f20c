"""The local library, and what answers from it, as the command line opens them."""

from collections.abc import Iterator

from rich.console import Console

from api.asking import answered
from api.bodies.answers import AskResponse
from api.bodies.documents import DocumentBody
from api.bodies.questions import AskRequest
from api.opening import open_answerer, open_library
from api.settings import load_settings
from api.terminal.naming import Name
from api.terminal.progress import progress_bars
from index.library import Library
from qa.answering import Answerer
from qa.reading.opening import NONE


class Local:
    """The local library as a source of answers; a context manager that closes it."""

    def __init__(self, console: Console, *, read: bool) -> None:
        """Open it with progress on ``console``, without its reader where nothing is to be read."""
        self._answerer = open_answering(console, read=read)
        self._settings = load_settings()

    def __enter__(self) -> "Local":
        return self

    def __exit__(self, *_: object) -> None:
        self._answerer.library.close()

    def ask(self, request: AskRequest) -> AskResponse:
        """The library's answer, where it is asked for with what a language model writes to it.

        Raises:
            NoLanguageModel: it is asked for, and the settings name no model.
        """
        if request.generate:
            from api.terminal.generating import generated

            return generated(self._answerer, request, self._settings)
        return answered(self._answerer, request, default_confidence=self._settings.min_confidence)

    def documents(self) -> Iterator[DocumentBody]:
        """Every document without its text."""
        return map(DocumentBody.of, self._answerer.library.summaries())

    def text(self, document_id: str) -> str:
        """A document's text.

        Raises:
            UnknownDocument: it is not there.
        """
        return self._answerer.library.document(document_id).text


def open_local(console: Console) -> Library:
    """The library that the environment's settings name, made on first use with progress on ``console``."""
    with progress_bars(console) as progress:
        return open_library(load_settings(), progress=progress)


def names_in(library: Library) -> list[Name]:
    """What its documents are called."""
    return [Name(one.title, one.id, one.source) for one in library.summaries()]


def open_answering(console: Console, *, read: bool) -> Answerer:
    """What answers from that library, without its reader where nothing is to be read."""
    with progress_bars(console) as progress:
        settings = load_settings()
        chosen = settings if read else settings.model_copy(update={"reranker": NONE})
        return open_answerer(chosen, progress=progress)
