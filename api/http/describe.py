"""The interface's description as a file: ``python -m api.http.describe FILE``."""

import json
import sys
from pathlib import Path

from api.http.app import create_app
from api.settings import Settings


def description() -> str:
    """The OpenAPI document of the service, as JSON text that is the same every time."""
    return json.dumps(create_app(Settings()).openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description(), encoding="utf-8")
