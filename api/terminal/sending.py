"""``pincite add --url``: files sent to a running service, with the same table of what became of each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from api.client import Client, ServiceRefused
from api.terminal.adding import closed, found_in
from api.terminal.progress import progress_bars
from api.terminal.remote import open_remote
from index.adding import STAGE, Outcome
from index.errors import PinciteError
from index.formats.extracted import UnreadableFile
from index.formats.reading import printable
from index.formats.table import format_of
from index.metadata import Metadata
from index.progress import Progress
from index.walking import Found


def send_paths(
    paths: Sequence[Path], url: str, *, glob: str, metadata: Metadata, out: Console, err: Console
) -> bool:
    """Send what ``paths`` name to the service at ``url``, and show what became of it; whether a file failed.

    ``metadata`` are said of all documents.

    Raises:
        PinciteError: a path names nothing, or nothing answers at ``url``.
    """
    files = found_in(paths, glob)
    with open_remote(url) as client, progress_bars(err) as progress:
        outcomes = list(_sent(client, files, metadata, progress))
    return closed(outcomes, out=out, err=err)


def _sent(client: Client, files: Sequence[Found], metadata: Metadata, progress: Progress) -> Iterator[Outcome]:
    for done, found in enumerate(files):
        progress(STAGE, done, len(files))
        yield _one(client, found, metadata)
    progress(STAGE, len(files), len(files))


def _one(client: Client, found: Found, metadata: Metadata) -> Outcome:
    try:
        if not found.named:
            format_of(found.path.suffix)  # so that a film is not sent for nothing
        with found.required().open("rb") as file:
            body, new = client.add(
                printable(found.path.name), file, source=printable(found.source), metadata=metadata.mapping()
            )
    except OSError as error:
        problem = f"{found.path}: cannot be read ({error.strerror}); check the file and its permissions"
        return Outcome(found, "failed", (), problem)
    except (UnreadableFile, ServiceRefused) as error:
        return Outcome(found, "skipped" if found.skips(error) else "failed", (), _why(found, error))
    documents = (body.id, *(one.id for one in body.also))
    return Outcome(found, "added" if new else "unchanged", documents, "; ".join(body.notes))


def _why(found: Found, error: PinciteError) -> str:
    """The problem with the file's path before it, in place of its name."""
    return f"{found.path}: {str(error).removeprefix(f'{found.path}: ').removeprefix(f'{found.path.name}: ')}"
