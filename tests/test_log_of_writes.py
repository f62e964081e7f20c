"""SQLite's log of writes stays short, whoever reads without a pause."""

import threading
import time
from pathlib import Path

import pytest

from index import database
from index.database import DATABASE
from index.library import Library
from three_texts import WORDS, document
from word_embedder import WordEmbedder

LIMIT = 200_000


def test_the_log_stays_short_while_somebody_always_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOG_BYTES", LIMIT)
    library = Library.local(tmp_path, WordEmbedder(*WORDS))
    library.add([document("The storm broke the mast.")])
    done = threading.Event()
    begun: list[int] = []

    def read(offset: float) -> None:
        time.sleep(offset)
        while not done.is_set():
            with library.still():
                begun.append(len(library.summaries()))
                time.sleep(0.02)

    readers = [threading.Thread(target=read, args=(0.005 * number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    sizes = []
    for number in range(60):
        library.add([document(f"Storm {number}. " + "The crew slept. " * 400)])
        sizes.append(tmp_path.joinpath(f"{DATABASE}-wal").stat().st_size)
    done.set()
    for reader in readers:
        reader.join()
    library.close()
    assert len(begun) > len(readers)
    assert max(sizes) < 3 * LIMIT
