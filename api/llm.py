"""The client of a language model's server, any that speaks OpenAI's chat completions."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError

from api.settings import Settings
from index.errors import PinciteError
from qa.generating.written import Message

STALL_SECONDS = 20.0
"""Between two pieces of an answer that has begun."""
MOST_EVENT_BYTES = 1 << 20
CHARACTERS_A_TOKEN = 16
"""Beyond this many for each token that it may write, a server ignores the limit."""
DONE = "[DONE]"
Result = TypeVar("Result")
_REFUSALS = {
    401: "check PINCITE_LLM_KEY",
    403: "check PINCITE_LLM_KEY",
    404: "check PINCITE_LLM_URL, which ends in /v1 on most servers, and PINCITE_LLM_MODEL",
    429: "ask again later",
}


class NoLanguageModel(PinciteError):
    """An answer in a model's words was asked for, and no model is named."""

    def __init__(self) -> None:
        super().__init__(
            "no language model is set up to write answers",
            remedy="set PINCITE_LLM_URL and PINCITE_LLM_MODEL, or ask without 'generate'",
        )


class ModelFailed(PinciteError):
    """The language model did not write its answer to the end; no part of the text or the key is told."""


@dataclass(frozen=True, slots=True)
class ModelServer:
    """Where a language model is asked, and how long and how much it may write."""

    url: str
    model: str
    key: SecretStr | None = None
    timeout_seconds: float = 60.0
    max_tokens: int = 300
    stall_seconds: float = STALL_SECONDS

    @classmethod
    def of(cls, settings: Settings) -> "ModelServer":
        """The server that ``settings`` name.

        Raises:
            NoLanguageModel: they name none.
        """
        if settings.llm_url is None:
            raise NoLanguageModel
        return cls(
            url=settings.llm_url,
            model=settings.llm_model,
            key=settings.llm_key,
            timeout_seconds=settings.llm_timeout_seconds,
            max_tokens=settings.llm_max_tokens,
        )


class _Text(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Text | None = None
    message: _Text | None = None
    finish_reason: str | None = None


class _Completion(BaseModel):
    """A whole completion, or one chunk of it."""

    choices: list[_Choice] = []
    error: object = None


async def written(server: ModelServer, messages: Sequence[Message]) -> AsyncGenerator[str]:
    """The model's text, piece by piece; closing the iterator ends the request.

    Raises:
        ModelFailed: the server cannot be reached, refuses, is too slow, or the text has no end.
    """
    clock = _Clock(server)
    try:
        async with httpx2.AsyncClient(timeout=None) as client:  # the clock is exact where theirs is by the packet
            response = await clock.wait(client.send(_request(client, server, messages), stream=True))
            async with contextlib.aclosing(response):
                completions = _completions(response, clock)
                async with (
                    contextlib.aclosing(completions),
                    contextlib.aclosing(_text(server, completions)) as text,
                ):
                    async for piece in text:
                        yield piece
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
        what = "broke off" if clock.begun else "cannot be reached"
        raise ModelFailed(
            f"the connection to the language model {what} ({type(error).__name__})",
            remedy="see whether its server runs, and check PINCITE_LLM_URL",
        ) from error
    except ValidationError as error:
        raise _unclear() from error


class _Clock:
    """Waits as long as ``server`` allows: for the first piece until the end of all time there is, then shorter."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._end = time.monotonic() + server.timeout_seconds
        self.begun = False

    async def wait(self, awaited: Awaitable[Result]) -> Result:
        left = self._end - time.monotonic()
        try:
            async with asyncio.timeout(min(left, self._server.stall_seconds) if self.begun else left):
                return await awaited
        except TimeoutError as error:
            stalled = self.begun and self._end - time.monotonic() > 0
            limit = self._server.stall_seconds if stalled else self._server.timeout_seconds
            what = "wrote nothing more for" if stalled else "had not ended its answer after"
            raise ModelFailed(
                f"the language model {what} {limit:g} seconds",
                remedy="ask for less, raise PINCITE_LLM_TIMEOUT_SECONDS, or take a faster model",
            ) from error


def _request(client: httpx2.AsyncClient, server: ModelServer, messages: Sequence[Message]) -> httpx2.Request:
    if not _is_address(server.url):
        raise ModelFailed("the language model's address is none", remedy="check PINCITE_LLM_URL")
    key = server.key.get_secret_value().strip() if server.key else ""
    if not key.isascii() or not key.isprintable():
        raise ModelFailed("the language model's key has characters that no key has", remedy="check PINCITE_LLM_KEY")
    return client.build_request(
        "POST",
        f"{server.url.rstrip('/')}/chat/completions",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        json={
            "model": server.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": server.max_tokens,
            "temperature": 0,
            "stream": True,
        },
    )


async def _text(server: ModelServer, completions: AsyncIterator[_Completion]) -> AsyncGenerator[str]:
    """What the completions say, within the limit."""
    left = CHARACTERS_A_TOKEN * server.max_tokens
    async for completion in completions:
        piece, reason = _read(completion)
        yield piece[:left]
        left -= len(piece)
        if left < 0 or reason == "length":
            raise ModelFailed(
                f"the language model wrote more than {server.max_tokens} tokens",
                remedy="ask for less, or raise PINCITE_LLM_MAX_TOKENS",
            )
        if reason == "content_filter":
            raise ModelFailed("the language model's server filtered what it wrote", remedy="see what its log says")


async def _completions(response: httpx2.Response, clock: _Clock) -> AsyncGenerator[_Completion]:
    """What the server sends, up to the one that is the last."""
    if response.status_code != 200:
        raise ModelFailed(
            f"the language model's server refused, with status {response.status_code}",
            remedy=_REFUSALS.get(response.status_code, "see what its log says"),
        )
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        yield _Completion.model_validate_json(await _body(response, clock))
        return
    if media_type != "text/event-stream":
        raise _unclear()
    events = aiter(httpx2.EventSource(response, MOST_EVENT_BYTES))
    while (event := await clock.wait(anext(events, None))) and event.data.strip() != DONE:
        completion = _Completion.model_validate_json(event.data)
        clock.begun = True
        yield completion
        if any(choice.finish_reason for choice in completion.choices):
            return
    if not event:
        raise ModelFailed(
            "the connection to the language model ended before its answer did", remedy="see what its log says"
        )


async def _body(response: httpx2.Response, clock: _Clock) -> bytes:
    """The body of a server that does not stream."""
    body = b""
    async with contextlib.aclosing(response.aiter_bytes()) as chunks:
        while chunk := await clock.wait(anext(chunks, b"")):
            body += chunk
            if len(body) > MOST_EVENT_BYTES:
                raise _unclear()
    return body


def _read(completion: _Completion) -> tuple[str, str | None]:
    """The text of a completion, and why it is the last, None where it is not."""
    if completion.error is not None:
        raise ModelFailed("the language model's server reports an error", remedy="see what its log says")
    if not completion.choices:  # such as a last one that counts tokens
        return "", None
    choice = completion.choices[0]
    said = choice.delta or choice.message
    return (said.content or "" if said else ""), choice.finish_reason


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:  # such as a port beyond 65535, or an IPv6 address without its end
        return False


def _unclear() -> ModelFailed:
    return ModelFailed(
        "what answers at the language model's address is not an OpenAI-compatible server",
        remedy="check PINCITE_LLM_URL, which ends in /v1 on most servers",
    )
