"""The local library, and what answers from it, as the command line opens them."""

from rich.console import Console

from api.opening import open_answerer, open_library
from api.settings import load_settings
from api.terminal.progress import progress_bars
from index.library import Library
from qa.answering import Answerer
from qa.reading.opening import NONE


def open_local(console: Console) -> Library:
    """The library that the environment's settings name, made on first use with progress on ``console``."""
    with progress_bars(console) as progress:
        return open_library(load_settings(), progress=progress)


def open_answering(console: Console, *, read: bool) -> Answerer:
    """What answers from that library, without its reader where nothing is to be read."""
    with progress_bars(console) as progress:
        settings = load_settings()
        chosen = settings if read else settings.model_copy(update={"reranker": NONE})
        return open_answerer(chosen, progress=progress)
