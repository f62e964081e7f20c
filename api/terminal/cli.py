"""The command line; heavy parts are imported by the commands that need them, so that the others start at once."""

import re
import sys
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from api.terminal.inquiry import ask
from api.terminal.keeping import keeping
from api.terminal.keys import keys
from api.terminal.mistakes import advised, complain
from api.terminal.options import AsJson, Glob, Paths, Said, SendTo, Watch, Workers
from api.terminal.upkeep import upkeep
from index.errors import PinciteError

DONE, FAILED = 0, 2
HELP = """Answer questions from your documents with the exact sentences, each with a citation.

The first use makes a library from the documents that come with Pincite: try
pincite ask "who took responsibility?"
"""
app = typer.Typer(
    name="pincite", help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command()(ask)
app.add_typer(keeping)
app.add_typer(upkeep)
app.add_typer(keys, name="keys")
out, err = Console(), Console(stderr=True)


def main() -> None:
    """Run the command line: a mistake is one line on standard error and status 2, never a traceback."""
    try:
        status = app(_arguments(sys.argv[1:]), standalone_mode=False)
    except PinciteError as error:
        complain(err, str(error))
        sys.exit(FAILED)
    except typer.TyperException as error:
        complain(err, advised(error.format_message(), _command(error)))
        sys.exit(FAILED)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # the reader has gone, as 'head' does: nothing is wrong
            sys.exit(DONE)
        raise
    except OSError as error:
        complain(err, f"{error.filename or 'the output'}: {error.strerror}; check the disk and the permissions")
        sys.exit(FAILED)
    except Exception as error:  # noqa: BLE001 - the edge: 1 would mean that the documents do not say
        complain(err, f"a mistake in Pincite: {type(error).__name__}: {error}; please report it")
        sys.exit(FAILED)
    sys.exit(status or DONE)


def _arguments(given: list[str]) -> list[str]:
    """``pincite help COMMAND`` is ``pincite COMMAND --help``."""
    return [*given[1:2], "--help"] if given[:1] == ["help"] else given


def _command(error: typer.TyperException) -> str:
    """The command that the mistake was made with."""
    context = getattr(error, "ctx", None)
    return context.command_path if context else "pincite"


def _version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata

        typer.echo(f"pincite {importlib.metadata.version('pincite')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_root.__doc__ = HELP


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what it would start with; status 2 where it would not.")
    ] = False,
) -> None:
    """Answer questions over HTTP: POST /v1/ask, and the interface's description at /docs."""
    from api.http.server import serve as run
    from api.settings import load_settings
    from api.terminal.rehearsal import rehearse

    if host == "":
        raise typer.BadParameter("it is empty; 0.0.0.0 is every address of this machine", param_hint="'--host'")
    given = {k: v for k, v in (("host", host), ("port", port)) if v is not None}
    settings = load_settings().model_copy(update=given)
    if check:
        rehearse(settings, out, err)
    else:
        run(settings)


@app.command()
def mcp() -> None:
    """Answer an assistant over standard input and output (Model Context Protocol): it starts this itself."""
    from api.mcp.stdio import serve_stdio
    from api.settings import load_settings

    serve_stdio(load_settings())


@app.command()
def add(
    paths: Paths,
    glob: Glob = "",
    metadata: Said = None,
    watch: Watch = False,
    url: SendTo = "",
    *,
    workers: Workers = "",
) -> int:
    """Add files to the library: text, Markdown, HTML, PDF, DOCX, EPUB, JSONL and e-mail (.eml).

    A file that cannot be read stops no other, and what is there already is left as it is. A file that was added
    before and has changed replaces what came from it. In a folder, files of other kinds are skipped, and links that
    lead out of it. The status is 0 where nothing failed, 2 otherwise.
    """
    from api.notation import metadata_of

    if watch and url:
        raise typer.BadParameter("a running service's library is not watched for", param_hint="'--watch'")
    if workers and (watch or url):
        raise typer.BadParameter("a cluster embeds only what this command itself stores", param_hint="'--workers'")
    said = metadata_of(metadata or [])
    if watch:
        from api.terminal.watching import watch_paths

        watch_paths(paths, glob=glob, metadata=said, err=err)
        return DONE
    if url:
        from api.terminal.sending import send_paths

        return FAILED if send_paths(paths, url, glob=glob, metadata=said, out=out, err=err) else DONE
    from api.terminal.adding import add_paths

    return FAILED if add_paths(paths, glob=glob, metadata=said, workers=workers, out=out, err=err) else DONE


@app.command()
def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME…", help="Ids, whole titles or files, as 'list' and 'add' show.")
    ],
) -> None:
    """Remove documents from the library: nothing cites them any more."""
    from api.terminal.local import names_in, open_local
    from api.terminal.naming import ids_of

    library = open_local(err)
    try:
        library.remove(*ids_of(names, partial(names_in, library), whole=True))
    finally:
        library.close()


@app.command("list")
def list_documents(as_json: AsJson = False) -> None:
    """List the documents of the library."""
    from api.bodies.documents import DocumentBody, DocumentsResponse
    from api.terminal.local import open_local
    from api.terminal.rendering import show_documents

    summaries = open_local(err).summaries()
    if as_json:
        bodies = [DocumentBody.of(summary) for summary in summaries]
        typer.echo(DocumentsResponse(documents=bodies, next_cursor=None).model_dump_json(indent=2))
    else:
        show_documents(out, summaries)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its id, title or file, as 'list' and 'add' show.")],
    at: Annotated[
        str, typer.Option(metavar="START:END", help="Only these characters, as a citation names them.")
    ] = "",
) -> None:
    """Print a document's text, or the exact characters that a citation names."""
    from api.terminal.local import names_in, open_local
    from api.terminal.naming import ids_of
    from api.terminal.rendering import visible

    library = open_local(err)
    [document_id] = ids_of([name], partial(names_in, library))
    text = library.document(document_id).text
    start, end = _range(at, len(text)) if at else (0, len(text))
    sys.stdout.write((visible(text[start:end]) if sys.stdout.isatty() else text[start:end]) + "\n")


def _range(at: str, length: int) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,12}):([0-9]{1,12})", at)
    if not found or not int(found[1]) < int(found[2]) <= length:
        raise typer.BadParameter(
            f"'{at}' is no range of this document; write START:END, at most 0:{length}", param_hint="'--at'"
        )
    return int(found[1]), int(found[2])
