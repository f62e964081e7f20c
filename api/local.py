"""The local library, as the command line opens it."""

from rich.console import Console

from api.opening import open_library
from api.progress import progress_bars
from api.settings import load_settings
from index.library import Library


def open_local(console: Console) -> Library:
    """The library that the environment's settings name, made on first use with progress on ``console``."""
    with progress_bars(console) as progress:
        return open_library(load_settings(), progress=progress)
