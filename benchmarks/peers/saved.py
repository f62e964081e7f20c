"""The peers' libraries of all paragraphs, made once and kept: what questions are asked of."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.libraries import prepared
from benchmarks.peers.subjects import PEERS, Stage, Subject
from benchmarks.texts import digest
from index.progress import Progress, silent


def texts_file(stage: Stage, texts: Sequence[str]) -> Path:
    """The paragraphs as a file that the adapters read."""
    path = stage.scratch / f"texts-{len(texts)}-{digest(texts)[:12]}.json"
    if not path.is_file():
        path.write_text(json.dumps(texts), encoding="utf-8")
    return path


def libraries(stage: Stage, texts: Sequence[str], *, progress: Progress = silent) -> dict[str, Path]:
    """The folder of each subject's library, by its peer and mode.

    The vectors that sentence-transformers makes of the paragraphs are the same for all peers that use it, and are
    made once; how long adding takes is measured elsewhere.
    """
    own = prepared(stage.scratch, texts, progress=progress)
    found = {"Pincite, hybrid": own, "Pincite, reading": own}
    for done, subject in enumerate(PEERS):
        progress("Making the peers' libraries", done, len(PEERS))
        found[subject.name] = _library(stage, subject, texts)
    progress("Making the peers' libraries", len(PEERS), len(PEERS))
    return found


def _library(stage: Stage, subject: Subject, texts: Sequence[str]) -> Path:
    kind = f"{subject.adapter}-{subject.mode}-{digest(texts)[:12]}"
    folder = stage.scratch / "saved" / kind
    if not (folder / "saved").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        vectors = "txtai" if subject.adapter == "txtai" else "sentence-transformers"
        partner = stage.start(subject, None, vectors=str(stage.scratch / f"vectors-{vectors}.npz"))
        partner.order(do="add", texts=str(texts_file(stage, texts)), first=0, count=len(texts), place=0)
        partner.order(do="save", folder=str(folder))
        partner.close()
        (folder / "saved").touch()
    return folder
