"""The client of a language model's server keeps its time."""

import asyncio
from collections.abc import Iterator

import pytest

from api.llm import ModelFailed, ModelServer, written
from qa.generating.written import Message
from scripted_model import Script, ScriptedModel, scripted_model

ASKED = (Message("user", "Who?"),)


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as server:
        yield server


async def text_of(server: ModelServer) -> str:
    return "".join([piece async for piece in written(server, ASKED)])


def test_the_pieces_are_the_text(model: ScriptedModel) -> None:
    model.script = Script(["It is ", "", "grün 👩‍👩‍👧 [1]", "."])
    assert asyncio.run(text_of(ModelServer(model.url, "tiny"))) == "It is grün 👩‍👩‍👧 [1]."


def test_a_pause_between_two_pieces_is_bounded_more_tightly_than_the_whole(model: ScriptedModel) -> None:
    model.script = Script(["It is"], end="stall")
    server = ModelServer(model.url, "tiny", timeout_seconds=300, stall_seconds=0.2)
    with pytest.raises(ModelFailed, match=r"the language model wrote nothing more for 0\.2 seconds; "):
        asyncio.run(text_of(server))
    assert model.left.wait(5)


@pytest.mark.parametrize("url", ["http://[::1", "http://a..b/v1", "http://127.0.0.1:99999/v1", "http://\udcff/v1"])
def test_an_address_that_is_none_is_a_failure(url: str) -> None:
    with pytest.raises(ModelFailed, match=r"cannot be reached|address is none"):
        asyncio.run(text_of(ModelServer(url, "tiny")))
