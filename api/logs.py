"""The log: one line an event, as text or as JSON, on standard error."""

import logging
import sys
from typing import Literal

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

LogFormat = Literal["text", "json"]


def _uncoloured(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Without uvicorn's second message, which is the first with colours for a terminal."""
    event.pop("color_message", None)
    return event


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _uncoloured,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
)


def configure(form: LogFormat) -> None:
    """Send what Pincite and its libraries log to standard error, from level INFO on.

    A line carries what was bound to the request that it is about, its id say. Values are written so that no text of
    a client can begin a line of its own.
    """
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=_SHARED, processors=[ProcessorFormatter.remove_processors_meta, *_rendering(form)]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _rendering(form: LogFormat) -> list[Processor]:
    if form == "json":
        return [
            structlog.processors.EventRenamer("message"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    return [structlog.processors.format_exc_info, _as_text]


def _as_text(_: object, __: str, event: structlog.typing.EventDict) -> str:
    """``time LEVEL logger: event name=value …``; what is quoted is quoted as in Python."""
    time, level, name = (event.pop(key) for key in ("time", "level", "logger"))
    message, trace = event.pop("event"), event.pop("exception", None)
    pairs = "".join(f" {key}={value!r}" for key, value in event.items())
    line = f"{time} {level.upper()} {name}: {message}{pairs}".replace("\r", "\\r").replace("\n", "\\n")
    return f"{line}\n{trace}" if trace else line
