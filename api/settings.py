"""What an operator can set, and where each value came from."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.logs import LogFormat
from index.errors import PinciteError
from index.naming import DEFAULT_MODEL
from qa.effort import DEFAULT, MOST_PASSAGES

PREFIX = "PINCITE_"
ENV_FILE = ".env"


class BadSettings(PinciteError):
    """A setting that does not exist, or a value that it cannot have."""


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("pincite"))


def _seeds_folder() -> Path:
    return Path(__file__).parent.parent / "seeds"


class Settings(BaseSettings):
    """Every setting is a variable with the prefix ``PINCITE_``, in the environment or in a ``.env`` file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data: Path = Field(default_factory=_data_folder, description="folder of the library and the compiled models")
    engine: Literal["local", "milvus"] = Field(
        "local", description="what keeps the library: 'local' a folder of this machine's, 'milvus' a server"
    )
    milvus_uri: str | None = Field(
        None,
        pattern=r"^(?:https?|tcp)://[^/@\s]+/?$",
        description="address of the Milvus server, such as http://127.0.0.1:19530",
    )
    milvus_token: SecretStr | None = Field(None, description="what that server asks for: 'user:password', or a key")
    milvus_prefix: str = Field(
        "pincite",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$",
        description="how the names of the library's collections begin there; a library each",
    )
    host: str = Field("127.0.0.1", min_length=1, description="address that 'pincite serve' listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that 'pincite serve' listens on; 0 takes a free one")
    seeds: Path = Field(
        default_factory=_seeds_folder,
        description="folder of files that a new library starts with; may be empty",
    )
    model: str = Field(
        DEFAULT_MODEL,
        min_length=1,
        description="embedding model: a sentence-transformers name or folder, or a compiled folder",
    )
    runtime: Literal["onnx", "torch"] = Field(
        "onnx", description="'onnx' compiles the model for speed, 'torch' runs it with sentence-transformers"
    )
    reranker: str = Field(
        "pincite",
        min_length=1,
        description="what reads the passages that were found: 'pincite' is its own reader, 'none' nothing, else a "
        "sentence-transformers cross-encoder's name or folder",
    )
    read_passages: int = Field(
        DEFAULT.passages, ge=1, le=MOST_PASSAGES, description="passages that are read at most"
    )
    read_budget_ms: float = Field(
        DEFAULT.budget_ms, gt=0, description="milliseconds of reading after which no further passage is begun"
    )
    batch_read_budget_ms: float = Field(
        5000, gt=0, description="milliseconds of reading for all questions that are asked at once"
    )
    log_format: LogFormat = Field("text", description="the service's log: 'text', or 'json' with an object a line")
    log_questions: bool = Field(False, description="write questions into the log; they may be confidential")
    max_document_mb: float = Field(
        100, gt=0, description="megabytes (1,000,000 bytes) that a document sent over HTTP may have"
    )
    min_confidence: float | None = Field(
        None, ge=0, le=1, description="probability below which the documents do not say; the fitted one by default"
    )
    api_keys_file: Path | None = Field(
        None,
        description="file of the API keys, made by 'pincite keys new'; PINCITE_DATA's api-keys.json by default",
    )
    max_concurrent_questions: int | None = Field(
        None, ge=1, le=32, description="questions that are worked on at once; as many as there are cores by default"
    )
    max_waiting_questions: int | None = Field(
        None,
        ge=0,
        description="questions that wait for their turn; others are refused at once with 503, and for a second no "
        "more wait than are worked on; by default four times as many as are worked on",
    )
    max_wait_ms: float = Field(
        2000, gt=0, description="milliseconds that a question waits for its turn before it is refused"
    )
    rate_limit_per_minute: int | None = Field(
        None,
        ge=1,
        description="requests that one API key, or without keys one address, may make in a minute; any number by "
        "default",
    )
    client_timeout_seconds: float = Field(
        10, gt=0, description="seconds in which a client sends the head of a request, or reads on in an answer"
    )
    body_timeout_seconds: float = Field(
        20,
        gt=0,
        description="seconds that a request's body may take, and one more for each 10,000 bytes that have come",
    )
    api_key: SecretStr | None = Field(None, description="API key that clients send, such as 'pincite ask --url'")
    llm_url: str | None = Field(
        None,
        pattern=r"^https?://[^/]",
        description="address of an OpenAI-compatible server that writes answers where they are asked for, up to "
        "'/v1'; none by default",
    )
    llm_model: str = Field("default", min_length=1, description="the model's name on that server")
    llm_key: SecretStr | None = Field(None, description="the key that server asks for")
    llm_timeout_seconds: float = Field(
        60, gt=0, le=3600, description="seconds after which a written answer is cut off"
    )
    llm_max_tokens: int = Field(300, ge=1, le=8192, description="tokens after which a written answer is cut off")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        BadSettings: a ``PINCITE_`` variable is unknown, or a value is out of range.
    """
    names = {PREFIX + name.upper() for name in Settings.model_fields}
    for given in (os.environ if environment is None else environment, _env_file()):
        for name in sorted(given):
            if name.upper().startswith(PREFIX) and name.upper() not in names:
                near = difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.8)
                advice = f"did you mean {near[0]}?" if near else "see 'pincite settings'"
                raise BadSettings(f"there is no setting {name}", remedy=advice)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSettings(
            f"the setting {name} cannot be '{first['input']}' ({first['msg'].lower()})",
            remedy="see 'pincite settings' for what it may be",
        ) from None


def origin(name: str) -> str:
    """Where the value of field ``name`` came from: the environment, the ``.env`` file, or its default."""
    variable = PREFIX + name.upper()
    if any(key.upper() == variable for key in os.environ):
        return "environment"
    return ENV_FILE if any(key.upper() == variable for key in _env_file()) else "default"


def _env_file() -> Mapping[str, str | None]:
    try:
        return dotenv_values(ENV_FILE, encoding="utf-8") if Path(ENV_FILE).is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"the file {ENV_FILE} cannot be read ({error})", remedy="save it as UTF-8 text"
        ) from error
