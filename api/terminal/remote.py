"""The client of a running service, as the command line opens it."""

import os
from pathlib import Path

from api.client import Client

VARIABLE = "PINCITE_API_KEY"
ENV_FILE = Path(".env")


def open_remote(url: str) -> Client:
    """The client of the service at ``url``, with the key that the setting names; raises as ``Client`` does."""
    return Client(url, api_key=_key())


def _key() -> str | None:
    """The setting ``api_key``, without all that the other settings need: a client must start at once."""
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not ENV_FILE.is_file() or VARIABLE.encode() not in ENV_FILE.read_bytes().upper():
        return None
    from api.settings import load_settings

    key = load_settings().api_key
    return key.get_secret_value() if key else None
