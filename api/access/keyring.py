"""The keys that are valid now: their file is followed while it changes."""

import logging
from dataclasses import dataclass

from api.access.keyfile import BadKeyFile, path_of, read, unusable
from api.access.keys import Keys
from api.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Which file it is, as the file system tells: 'pincite keys' always puts another in its place."""

    inode: int
    size: int
    modified_ns: int


UNSEEN = _Stamp(0, 0, 0)


class Keyring:
    """Follows the file that ``settings`` name, so that a new or revoked key counts from the next request on.

    While the file is damaged or gone, the keys that it last held stay valid: a mishap shuts out nobody, and lets
    nobody in. For the same reason a file that holds no key opens nothing.

    Raises:
        BadKeyFile: the file cannot be used, or is not there though a setting names it.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = path_of(settings)
        self._stamp = self._look()
        if self._stamp is None and settings.api_keys_file:
            raise unusable(self._path, "is not there")
        self._keys = None if self._stamp is None else read(self._path)

    @property
    def keys(self) -> Keys | None:
        """The valid keys; None where none was ever made, so that there is nothing to ask for."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            self._follow()
        return self._keys

    def _look(self) -> _Stamp | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError:
            return UNSEEN  # reading it says why
        return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)

    def _follow(self) -> None:
        try:
            if self._stamp is None:
                raise unusable(self._path, "is gone")
            self._keys = read(self._path)
        except BadKeyFile as error:
            self._keys = Keys(()) if self._keys is None else self._keys
            logger.error("%s; until then the keys stay as they were: %s", error, self._names())
        else:
            logger.info("the API keys have changed; valid are: %s", self._names())

    def _names(self) -> str:
        return ", ".join(f"{key.id} ({key.name})" for key in self._keys or ()) or "none"
