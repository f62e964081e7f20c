"""Measure libraries' passages as Milvus would keep them: ``python -m benchmarks.scale FOLDER …``.

Each folder is a library's, of the default engine: what ``pincite eval`` leaves in ``evaluations``, say. Nothing is
embedded; the rows are those that ``pincite copy`` would write.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.machine import machine, versions
from benchmarks.scale.report import RESULT
from benchmarks.scale.sizes import Corpus
from index.database import DATABASE
from index.milvus.records import Place, passage_keys, passage_row, place_row, text_of
from index.milvus.segments import encoded
from index.store import Store

EDITION = "0" * 16
VECTOR, SENTENCES = "vector", "vectors"


def measured(folder: Path) -> Corpus:
    """The bytes of a library's rows, as Milvus is given them."""
    store = Store(folder / DATABASE)
    try:
        sums = dict.fromkeys(("sentences", "terms", "distinct", "vector", "halves", "rest", "text", "place"), 0)
        summaries = store.summaries()
        for summary in summaries:
            document = store.document(summary.id)
            assert document is not None
            sums["text"] += size(text_of(document))
            sums["place"] += row_size(place_row(Place(EDITION, summary)))
            stored = store.passages_of(summary.id)
            for key, one in zip(passage_keys(EDITION, summary.passages), stored, strict=True):
                row = passage_row(key, document, EDITION, one.prepared)
                sums["sentences"] += len(one.passage.sentences)
                sums["terms"] += len(one.termed.codes)
                sums["distinct"] += len(np.unique(one.termed.codes))
                sums["vector"] += size(row[VECTOR])
                sums["halves"] += size(row[SENTENCES])
                sums["rest"] += row_size({k: v for k, v in row.items() if k not in {VECTOR, SENTENCES}})
        return Corpus(len(summaries), store.passage_count(), **sums)
    finally:
        store.close()


def row_size(row: Mapping[str, object]) -> int:
    """The bytes of a row's values."""
    return sum(map(size, row.values()))


def size(value: object) -> int:
    """The bytes of one value: of a string in UTF-8, of a number eight, of a vector four a component."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, np.ndarray):
        return 4 * int(value.size)
    if isinstance(value, Mapping):
        return len(encoded(value).encode())
    return sum(map(size, value)) if isinstance(value, Sequence) else 8


def main() -> None:
    """Measure the folders that the command line names, and write the result."""
    corpora = {Path(name).name.partition("-documents")[0]: asdict(measured(Path(name))) for name in sys.argv[1:]}
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "corpora": corpora,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
