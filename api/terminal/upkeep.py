"""The commands of those who keep a library or measure it."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

upkeep = typer.Typer()
out, err = Console(), Console(stderr=True)


@upkeep.command()
def reindex(
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="A model's name or folder; the one set by default.")
    ] = "",
) -> None:
    """Cut and embed every document anew, with another model say, while questions go on being answered.

    It is made beside the library and put in its place at once; what was done before an interruption is kept.
    """
    from api.opening import reindex_library
    from api.settings import load_settings
    from api.terminal.progress import progress_bars

    values = load_settings()
    with progress_bars(err) as progress:
        made = reindex_library(values.model_copy(update={"model": model or values.model}), progress=progress)
    out.print(f"{made.passages} passages, index version {made.version}", highlight=False)
    if model and model != values.model:
        err.print(f"from now on, set PINCITE_MODEL={model}", highlight=False, markup=False, soft_wrap=True)


@upkeep.command("compile")
def compile_(
    model: Annotated[
        str, typer.Argument(help="A sentence-transformers name or folder; the one set by default.")
    ] = "",
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to; the library's models by default.")
    ] = None,
) -> None:
    """Compile an embedding model, and the reader beside it, to int8 ONNX, and check both against torch."""
    from api.opening import MODELS
    from api.settings import load_settings
    from api.terminal.progress import progress_bars
    from index.manifest import Manifest
    from index.models import compile_into, compiled_folder
    from qa.reading.opening import FOLDER, compile_own

    values = load_settings()
    name = model or values.model
    target = to or compiled_folder(name, values.data / MODELS)
    with progress_bars(err) as progress:
        compile_into(name, target, progress=progress)
        difference = compile_own(target / FOLDER, progress=progress)
    made = Manifest.read(target)
    for line in (
        f"{target}: cosine to the original {made.cosine_mean:.4f} on average, {made.cosine_min:.4f} at worst",
        f"{target / FOLDER}: no relevance further than {difference:.4f} from the original",
    ):
        out.print(line, highlight=False, soft_wrap=True)


@upkeep.command("eval")
def evaluate(
    labels: Annotated[Path, typer.Argument(metavar="FOLDER_OR_FILE", help="A labelled collection, or questions.")],
    units: Annotated[
        Literal["documents", "passages"],
        typer.Option(help="Index whole documents, or the collection's own passages one by one."),
    ] = "documents",
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Also ask each question without the document that answers it.")
    ] = False,
    foreign: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Also ask another collection's questions.")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave the reader out.")] = False,
    limit: Annotated[int | None, typer.Option(min=2, help="Ask only about this many questions.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, curves included.")] = False,
) -> None:
    """Measure ranking, evidence and abstention on labelled questions.

    A folder holds corpus, passages, queries and qrels, and is indexed in a library of its own; a file holds
    questions about the local library's only document.
    """
    from api.opening import open_answerer
    from api.settings import load_settings
    from api.terminal.evaluating import evaluate_collection, evaluate_library, show_report
    from api.terminal.progress import progress_bars
    from qa.reading.opening import NONE

    settings = load_settings().model_copy(update={"reranker": NONE} if fast else {})
    with progress_bars(err) as progress:
        if labels.is_dir():
            report = evaluate_collection(
                settings,
                labels,
                units=units,
                left_out=leave_out,
                foreign=foreign,
                limit=limit,
                progress=progress,
            )
        else:
            answerer = open_answerer(settings, progress=progress)
            report = evaluate_library(settings, answerer, labels, progress=progress)
    show_report(out, report, as_json=as_json)


@upkeep.command()
def settings() -> None:
    """List every setting: its value, where that came from, and what it means."""
    from rich.padding import Padding
    from rich.text import Text

    from api.settings import PREFIX, Settings, load_settings, origin

    values = load_settings()
    for name, field in Settings.model_fields.items():
        line = f"{PREFIX}{name.upper()}={getattr(values, name)}  ({origin(name)})"
        out.print(line, highlight=False, markup=False, soft_wrap=True)
        out.print(Padding(Text(field.description or "", style="dim"), (0, 0, 0, 4), expand=False))
