"""A service whose only document was changed behind its back, so that none of its citations stands."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from starlette.testclient import TestClient

from api.http.app import create_app
from api.settings import Settings
from conftest import LOCAL, wait_until_ready
from index.documents import Document
from index.library import Library
from qa.answering import Answerer
from word_embedder import WordEmbedder


def storm_library(folder: Path) -> Library:
    """A library of one document."""
    library = Library.local(folder, WordEmbedder("storm"))
    library.add([Document.from_text("The storm came.", title="t", source="s")])
    return library


@contextlib.contextmanager
def changed_service(folder: Path) -> Iterator[TestClient]:
    """A service of ``storm_library``, ready, whose stored text is another one; its mistakes are answers."""
    storm_library(folder).close()
    with contextlib.closing(sqlite3.connect(folder / "library.sqlite3", isolation_level=None)) as damaged:
        damaged.execute("UPDATE documents SET text = 'x'")
    app = create_app(Settings(data=folder), opener=lambda _: Answerer(Library.local(folder, WordEmbedder("storm"))))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        yield client
