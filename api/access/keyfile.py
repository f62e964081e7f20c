"""The file in which keys are kept, read and written whole or not at all."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Literal

from filelock import FileLock
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from api.access.keys import Key, Keys, Role
from api.settings import Settings
from index.errors import PinciteError

NAME = "api-keys.json"
SETTING = "PINCITE_API_KEYS_FILE"
ONLY_THE_OWNER = 0o600


class BadKeyFile(PinciteError):
    """The file of the API keys cannot be used."""


class UnknownKey(PinciteError):
    """There is no key of that id."""


class _Entry(BaseModel):
    """A key as it is kept; ``id`` is there for who reads the file."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    role: Role
    created: AwareDatetime
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @classmethod
    def of(cls, key: Key) -> "_Entry":
        return cls(id=key.id, name=key.name, role=key.role, created=key.created, sha256=key.digest.hex())

    def key(self) -> Key:
        return Key(self.name, self.role, self.created, bytes.fromhex(self.sha256))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1]
    keys: list[_Entry]


def path_of(settings: Settings) -> Path:
    """Where ``settings`` keep the keys."""
    return settings.api_keys_file or settings.data / NAME


def read(path: Path) -> Keys:
    """The keys in the file; none where there is no file.

    Raises:
        BadKeyFile: it cannot be read, or is not what 'pincite keys' writes.
    """
    try:
        return Keys([entry.key() for entry in _File.model_validate_json(path.read_bytes()).keys])
    except FileNotFoundError:
        return Keys(())
    except OSError as error:
        raise unusable(path, f"cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise unusable(path, f"is damaged ({where}: {first['msg']})") from None


def add(path: Path, key: Key) -> None:
    """Keep ``key`` too; raises BadKeyFile where the file cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _turn(path):
            _write(path, [*read(path), key])
    except OSError as error:
        raise unusable(path, f"cannot be written ({error.strerror})") from error


def revoke(path: Path, ids: Collection[str]) -> int:
    """Forget the keys of those ids, and say how many are left.

    Raises:
        UnknownKey: one is not there; nothing was changed.
        BadKeyFile: the file cannot be used.
    """
    try:
        with _turn(path):
            keys = list(read(path))
            if missing := sorted(set(ids) - {key.id for key in keys}):
                raise UnknownKey(f"there is no key '{missing[0]}'", remedy="see 'pincite keys list'")
            kept = [key for key in keys if key.id not in ids]
            _write(path, kept)
            return len(kept)
    except OSError as error:
        raise unusable(path, f"cannot be written ({error.strerror})") from error


def unusable(path: Path, what: str) -> BadKeyFile:
    """The error that says ``what`` is wrong with the file, and names its setting."""
    return BadKeyFile(
        f"the file of the API keys {path} {what}",
        remedy=f"mend it, or name another with {SETTING}: 'pincite keys new' makes it",
    )


def _turn(path: Path) -> FileLock:
    """One writer at a time, so that none loses another's key."""
    return FileLock(path.with_name(path.name + ".lock"))


def _write(path: Path, keys: Sequence[Key]) -> None:
    text = _File(version=1, keys=[_Entry.of(key) for key in keys]).model_dump_json(indent=2)
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)  # what an interrupted writer left may be open to others
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_THE_OWNER)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib opens no descriptor
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
