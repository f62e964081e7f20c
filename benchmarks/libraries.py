"""Pincite's own libraries of many sizes, made once and kept in a scratch folder."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.opening import MODELS, open_embedder_of
from api.settings import Settings, load_settings
from benchmarks.composed import Composing, known_sentences
from benchmarks.texts import digest, documents
from index.library import Library
from index.progress import Progress, silent

PLACES = "places.json"
STEP = 5000
"""Documents that are added before the next progress is told; what was added before is not embedded again."""


def settings_in(folder: Path) -> Settings:
    """The settings of a library in ``folder`` that starts empty."""
    return load_settings().model_copy(update={"data": folder, "seeds": folder})


def prepared(scratch: Path, texts: Sequence[str], *, real: Path | None = None, progress: Progress = silent) -> Path:
    """The folder of a library of ``texts``, one document each; what of it is there already is kept.

    Where ``real`` is a library that begins with the same texts, the others are composed of their sentences.
    """
    models = scratch / MODELS
    models.mkdir(parents=True, exist_ok=True)
    embedder = open_embedder_of(settings_in(scratch), progress)
    folder = scratch / "libraries" / f"{len(texts)}-{digest(texts)[:12]}-{embedder.fingerprint[:12]}"
    if (folder / PLACES).is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MODELS).exists():
        (folder / MODELS).symlink_to(os.path.relpath(models, folder))
    held = documents(texts)
    if real:
        known = known_sentences(real, {document.id: document.text for document in held})
        embedder = Composing(embedder, known)
        shutil.copytree(
            real, folder, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(PLACES, MODELS)
        )
    library = Library.local(folder, embedder, progress=progress)
    for begin in range(0, len(held), STEP):
        library.add(held[begin : begin + STEP])
        progress("Adding paragraphs", begin, len(held))
    library.close()
    places = {document.id: place for place, document in enumerate(held)}
    (folder / PLACES).write_text(json.dumps(places), encoding="utf-8")
    return folder


def environment(folder: Path) -> Mapping[str, str]:
    """What a process of Pincite's on that library is told; all clients of a measurement may wait."""
    empty = folder.parent / "no-seeds"
    empty.mkdir(exist_ok=True)
    return {
        **os.environ,
        "PINCITE_DATA": str(folder),
        "PINCITE_SEEDS": str(empty),
        "PINCITE_MAX_WAITING_QUESTIONS": "64",
        "PINCITE_MAX_WAIT_MS": "60000",
    }
