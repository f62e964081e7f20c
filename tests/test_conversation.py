"""What a typed line means, with the real service behind a client."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from api.bodies.questions import AskRequest
from api.client import Client
from api.terminal.conversation import Conversation
from api.terminal.naming import Name, NotUnderstood
from api.terminal.paging import Opened
from conftest import LOCAL
from paths import SEED
from test_cli import ANSWER
from test_client_types import transport_to

QUESTION = "who took responsibility?"
SEED_TEXT = SEED.read_text(encoding="utf-8")


class Talk:
    """A conversation, what it printed, and what it opened."""

    def __init__(self, client: Client) -> None:
        self._written = io.StringIO()
        self.opened: list[Opened] = []
        console = Console(file=self._written, width=200)
        request = AskRequest(question="", top_k=2)
        self.conversation = Conversation(client, request, console, self.opened.append)

    def take(self, line: str) -> str:
        """What a line prints."""
        self._written.seek(0)
        self._written.truncate()
        assert self.conversation.take(line) is True
        return self._written.getvalue()


@pytest.fixture
def talk(service: TestClient) -> Iterator[Talk]:
    with Client(LOCAL, transport=transport_to(service)) as client:
        yield Talk(client)


def test_a_question_is_answered_and_a_number_opens_its_passage_at_the_sentence(talk: Talk) -> None:
    assert talk.take(f"  {QUESTION} ").splitlines()[1] == ANSWER
    assert talk.take("1") == ""
    [opened] = talk.opened
    assert (opened.title, opened.text) == (SEED.name, SEED_TEXT)
    assert opened.text[opened.start : opened.end] == ANSWER


def test_open_shows_the_answer_or_the_document_that_is_named(talk: Talk) -> None:
    talk.take(QUESTION)
    talk.take(":open")
    talk.take(f":open {SEED.name.upper()}")
    assert [(one.start, one.end) for one in talk.opened] == [(0, 116), (0, 0)]


def test_in_restricts_what_is_asked_until_it_is_lifted(talk: Talk) -> None:
    document_id = talk.take(":documents").split()[0]
    assert talk.take(f":in {document_id}") == f"Asking {SEED.name} only; :in asks all again.\n"
    assert talk.conversation.only == Name(SEED.name, document_id, SEED.name)
    assert talk.take(QUESTION).splitlines()[1] == ANSWER
    assert talk.take(":in") == "Asking all documents.\n"
    assert talk.conversation.only is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0", "there is no passage 0; ask something first"),
        (":open", "there is no answer to open; ask something first, or write :open NAME"),
        (":in nowhere", "no document is called 'nowhere'; see :documents"),
        (":nothing at all", "there is no command :nothing; see :help for those there are"),
    ],
)
def test_what_there_is_not_is_said(talk: Talk, line: str, said: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        talk.conversation.take(line)
    assert str(caught.value) == said


def test_a_passage_beyond_the_last_says_how_many_there_are(talk: Talk) -> None:
    talk.take(QUESTION)
    with pytest.raises(NotUnderstood, match="there is no passage 3; 1 to 2 are there"):
        talk.conversation.take("3")


def test_an_empty_line_does_nothing_and_quit_ends(talk: Talk) -> None:
    assert talk.take("   ") == ""
    assert [talk.conversation.take(line) for line in (":quit", ":q", ":exit")] == [False, False, False]
