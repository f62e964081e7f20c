"""``pincite serve --check``: all that serving begins with, but for the serving."""

from rich.console import Console

from api.access.keyring import Keyring
from api.access.policy import is_loopback
from api.http.server import listen
from api.opening import open_answerer
from api.settings import Settings
from api.terminal.progress import progress_bars


def rehearse(settings: Settings, out: Console, err: Console) -> None:
    """Say what the service would start with.

    Raises:
        PinciteError: it would not start; the error says why, as it would then.
    """
    listen(settings.host, 0).close()  # another port: the service may be running
    keyring = Keyring(settings)
    with progress_bars(err) as progress:
        answerer = open_answerer(settings, progress=progress)
    library = answerer.library
    try:
        for line in (
            f"address: {settings.host} port {settings.port}",
            f"API keys: {_keys(keyring, settings.host)}",
            f"library: {library.document_count} documents, {len(library)} passages, version {library.version}",
            f"reader: {answerer.reader.name if answerer.reader else 'none'}",
        ):
            out.print(line, highlight=False, markup=False, soft_wrap=True)
    finally:
        library.close()


def _keys(keyring: Keyring, host: str) -> str:
    if keyring.keys is not None:
        return str(len(keyring.keys))
    return f"none; {'open to this machine only' if is_loopback(host) else 'everybody may read, nobody write'}"
