"""The prompt: lines that are typed, with their history, and names that complete themselves."""

import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, NestedCompleter, WordCompleter, merge_completers
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from api.terminal.conversation import COMMANDS, GREETING, NAMING, Conversation
from index.errors import PinciteError

HISTORY = "history"


def converse(conversation: Conversation, data: Path, complain: Callable[[str], None]) -> None:
    """Take lines until Ctrl-D; Ctrl-C drops the line, or the answer that is waited for."""
    session: PromptSession[str] = PromptSession(
        history=history_in(data), completer=_completer(conversation), complete_while_typing=False
    )
    print(GREETING)
    while True:
        try:
            only = conversation.only
            line = session.prompt([("bold", f"{only.title} ? " if only else "? ")])
            if not conversation.take(line):
                return
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        except PinciteError as error:
            complain(str(error))


def history_in(data: Path) -> History:
    """The questions of earlier sessions, which nobody else may read; of this one only where no file can be kept."""
    file = data / HISTORY
    try:
        data.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(file)


def _completer(conversation: Conversation) -> Completer:
    """Completes commands, and behind some of them the titles and ids of documents."""
    named = WordCompleter(
        lambda: [word for name in conversation.names() for word in (name.title, name.document_id)],
        ignore_case=True,
        match_middle=True,
        sentence=True,
    )
    commands = WordCompleter(COMMANDS, sentence=True)
    return merge_completers([commands, NestedCompleter(dict.fromkeys(NAMING, named))], deduplicate=True)
