"""Which files held which documents, as strings beside the documents."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from index.milvus.committing import FILE, RECORD
from index.milvus.expressions import hashed
from index.milvus.records import holders
from index.milvus.segments import encoded
from index.milvus.store import MilvusStore


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was last read: as a whole where it has a SHA-256; the documents that it held."""

    path: str
    sha256: str | None
    media_type: str
    count: int
    held: tuple[str, ...]


class MilvusTraces:
    """Reads and writes them inside the store's transactions; what ``origins.Traces`` says of each method holds."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def file(self, path: str) -> tuple[str, str, int] | None:
        """SHA-256, media type and number of documents of a file that was read as a whole."""
        file = self._file(path)
        return (file.sha256, file.media_type, file.count) if file and file.sha256 else None

    def held(self, path: str) -> tuple[str, ...]:
        """The documents of that file that are in the library, in the order in which they were added."""
        file = self._file(path)
        names = {holders(one): one for one in (file.held if file else ())}
        texts = self._read_all(list(names))
        places = self._store.places.of([names[name] for name, text in texts.items() if path in json.loads(text)])
        return tuple(sorted(places, key=lambda one: places[one].summary.position))

    def paths(self, document_ids: Sequence[str]) -> dict[str, set[str]]:
        """The files that held each of the documents."""
        texts = self._read_all([holders(one) for one in document_ids])
        return {one: set(json.loads(texts.get(holders(one), "[]"))) for one in document_ids}

    def inside(self, path: str) -> list[str]:
        """The files that were read as a whole and are that one, or in that folder."""
        texts = self._store.places.strings.get(self._store.places.strings.names(FILE))
        files = [_parsed(text) for text in texts.values()]
        return sorted(
            one.path for one in files if one.sha256 and (one.path == path or one.path.startswith(path + os.sep))
        )

    def keep_file(self, path: str, sha256: str, media_type: str, count: int) -> None:
        """Keep what a file is now, and nothing of which documents it held."""
        self._release(path)
        self._write(_File(path, sha256, media_type, count, ()))

    def keep_held(self, path: str, document_ids: Sequence[str]) -> None:
        """Keep that the file holds the documents."""
        if not document_ids:
            return
        file = self._file(path) or _File(path, None, "", 0, ())
        held = tuple(dict.fromkeys([*file.held, *document_ids]))
        self._write(_File(path, file.sha256, file.media_type, file.count, held))
        for document_id, paths in self.paths(document_ids).items():
            self._keep_paths(document_id, paths | {path})

    def forget(self, path: str) -> None:
        """Keep nothing of the file."""
        self._release(path)
        self._store.changes.strings[_of_file(path)] = None

    def _release(self, path: str) -> None:
        file = self._file(path)
        for document_id, paths in self.paths(file.held if file else ()).items():
            self._keep_paths(document_id, paths - {path})

    def _keep_paths(self, document_id: str, paths: set[str]) -> None:
        record = (RECORD, encoded(sorted(paths))) if paths else None
        self._store.changes.strings[holders(document_id)] = record

    def _file(self, path: str) -> _File | None:
        text = self._read(_of_file(path))
        return _parsed(text) if text else None

    def _write(self, file: _File) -> None:
        record = encoded([file.path, file.sha256, file.media_type, file.count, file.held])
        self._store.changes.strings[_of_file(file.path)] = FILE, record

    def _read(self, name: str) -> str | None:
        return self._read_all([name]).get(name)

    def _read_all(self, names: Sequence[str]) -> dict[str, str]:
        """Those of the strings that are there, as this transaction leaves them."""
        pending = self._store.changes.strings
        stored = self._store.places.strings.get([name for name in names if name not in pending])
        return stored | {name: one[1] for name in names if (one := pending.get(name))}


def _parsed(text: str) -> _File:
    path, sha256, media_type, count, held = json.loads(text)
    return _File(path, sha256, media_type, count, tuple(held))


def _of_file(path: str) -> str:
    return f"file:{hashed(path)}"
