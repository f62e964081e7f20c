"""The tools of an assistant: the SDK's own client, and real processes, over both transports."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent, Tool

from api.access.keyfile import add, path_of
from api.access.keys import make
from api.settings import Settings
from conftest import PINCITE, environment
from paths import SEED
from test_cli import ANSWER
from test_server import QUESTION, running

Result = TypeVar("Result")
Talk = Callable[[Client], Awaitable[Result]]
SEED_TEXT = SEED.read_text(encoding="utf-8")
UNKNOWN = "0" * 16


class Place:
    """A running server, and how to reach it: its address, or the process that a client starts."""

    def __init__(self, where: str | StdioServerParameters, *, headers: dict[str, str] | None = None) -> None:
        self.where = where
        self.headers = headers or {}

    def talk(self, talk: Talk[Result], *, mode: str = "auto") -> Result:
        """One session, from the handshake to its end."""

        async def session() -> Result:
            async with asyncio.timeout(60), httpx2.AsyncClient(headers=self.headers) as http:
                if isinstance(self.where, str):
                    where: Any = streamable_http_client(self.where, http_client=http)
                else:
                    where = stdio_client(self.where)
                async with Client(where, mode=mode) as client:
                    return await talk(client)

        return asyncio.run(session())

    def post(self, content: bytes, kind: str) -> httpx2.Response:
        """What comes back for a body, over HTTP."""
        return httpx2.post(str(self.where), content=content, headers={**self.headers, "Content-Type": kind})

    def call(self, tool: str, **arguments: object) -> CallToolResult:
        return self.talk(lambda client: client.call_tool(tool, arguments))


@pytest.fixture(scope="module")
def places(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    data = tmp_path_factory.mktemp("assistants")
    secret, key = make("assistant", "read", created=datetime(2026, 11, 22, tzinfo=UTC))
    (data / "served").mkdir()
    add(path_of(settings.model_copy(update={"data": data / "served"})), key)
    with running(data / "served", settings.model) as url:
        set_ = environment(PINCITE_DATA=str(data / "own"), PINCITE_MODEL=settings.model)
        yield {
            "http": Place(f"{url}/mcp", headers={"Authorization": f"Bearer {secret}"}),
            "stdio": Place(StdioServerParameters(command=PINCITE, args=["mcp"], env=set_)),
        }


@pytest.fixture
def place(places: dict[str, Place]) -> Place:
    """The quicker one, for what does not depend on the transport."""
    return places["http"]


def words(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.mark.parametrize(("transport", "mode"), [("stdio", "auto"), ("http", "auto"), ("http", "legacy")])
def test_a_session_asks_reads_the_cited_range_and_verifies_it(
    places: dict[str, Place], transport: str, mode: str
) -> None:
    """The client checks each structured result against the schema that the tool declares."""

    async def talk(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == ["ask", "search", "list_documents", "read_document", "verify"]
        asked = await client.call_tool("ask", {"question": QUESTION})
        body: dict[str, Any] = asked.structured_content
        citation = body["answer"]["citation"]
        document, start, end = citation["document_id"], citation["start_char_index"], citation["end_char_index"]
        assert words(asked).splitlines()[:2] == [ANSWER, f"[document {document}, {start}:{end}] {SEED.name}"]
        read = await client.call_tool("read_document", {"document_id": document, "start": start, "end": end})
        assert read.structured_content["text"] == citation["cited_text"] == ANSWER == SEED_TEXT[start:end]
        assert words(read).splitlines()[1] == ANSWER
        verified = await client.call_tool("verify", citation)
        assert verified.structured_content["verdict"] == "verified"
        assert words(verified) == f"Verified: exactly these words stand at [document {document}, 0:116]."
        documents = await client.call_tool("list_documents", {})
        [one] = documents.structured_content["documents"]
        assert words(documents) == f"{document}  {SEED.name} ({one['length']} characters)"
        found = await client.call_tool("search", {"question": QUESTION, "top_k": 1, "document_ids": [document]})
        [passage] = found.structured_content["passages"]
        assert (
            words(found) == f"Passages, nearest first:\n[document {document}, 0:435] {SEED.name}\n{passage['text']}"
        )

    places[transport].talk(talk, mode=mode)


def test_the_tools_say_that_they_only_read_and_what_the_model_must_know(place: Place) -> None:
    async def talk(client: Client) -> list[Tool]:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in place.talk(talk)}
    for tool in tools.values():
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
    assert "`answerable: false` means that the\ndocuments do not say" in (tools["ask"].description or "")
    for name in ("ask", "search", "read_document", "verify"):
        assert "count Unicode code points" in (tools[name].description or "")


def test_what_the_documents_do_not_say_is_said_so(place: Place) -> None:
    asked = place.call("ask", question="What is the boiling point of water?", top_k=1)
    assert (asked.structured_content["answerable"], asked.structured_content["answer"]) == (False, None)
    assert words(asked).splitlines()[:2] == [
        f"The documents do not say (confidence that they do: {asked.structured_content['confidence']:.2f}).",
        "The nearest passages follow; they do not answer the question.",
    ]
    assert asked.is_error is False


def test_what_is_read_can_be_cut_and_says_where_to_go_on(place: Place) -> None:
    listed = place.call("list_documents", limit=1).structured_content
    [document] = listed["documents"]
    cut = place.call("read_document", document_id=document["id"], start=4700, end=9999)
    assert cut.structured_content["text"] == SEED_TEXT[4700:]
    assert (cut.structured_content["end"], cut.structured_content["length"]) == (len(SEED_TEXT), len(SEED_TEXT))
    begin = place.call("read_document", document_id=document["id"], end=10)
    assert words(begin) == (
        f"[document {document['id']}, 0:10] {SEED.name}, of {len(SEED_TEXT)} characters; go on with start 10\n"
        f"{SEED_TEXT[:10]}"
    )


MISTAKES = [
    ("ask", {}, "question: Field required; correct what is named"),
    ("ask", {"question": ""}, "the question is empty; ask something"),
    ("ask", {"question": 7}, "question: Input should be a valid string; correct what is named"),
    ("ask", {"question": "x", "top_k": 0}, "top_k: Input should be greater than or equal to 1; correct"),
    ("ask", {"question": "x", "colour": "red"}, "colour: Extra inputs are not permitted; correct what is named"),
    ("ask", {"question": "x", "document_ids": [UNKNOWN]}, f"there is no document '{UNKNOWN}' in the library; list"),
    ("search", {"question": "x", "document_ids": ["nope"]}, "document_ids.0: String should match pattern"),
    ("list_documents", {"cursor": "-1"}, "cursor: String should match pattern"),
    ("read_document", {"document_id": UNKNOWN}, f"there is no document '{UNKNOWN}' in the library; list the"),
    ("read_document", {"document_id": "../etc"}, "document_id: String should match pattern"),
    ("verify", {"document_id": UNKNOWN}, "cited_text: Field required; start_char_index: Field required;"),
]


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_wrong_arguments_are_errors_that_say_what_to_do_and_the_session_goes_on(
    places: dict[str, Place], transport: str
) -> None:
    async def talk(client: Client) -> None:
        for tool, arguments, said in MISTAKES:
            result = await client.call_tool(tool, arguments)
            assert result.is_error, (tool, arguments)
            assert words(result).startswith(said), words(result)
        [document] = (await client.call_tool("list_documents", {})).structured_content["documents"]
        for start, end in ((4703, None), (5, 5), (9, 4), (99999, 100000)):
            asked = {"document_id": document["id"], "start": start, "end": end}
            result = await client.call_tool("read_document", asked)
            assert result.is_error
            assert words(result).endswith(
                "is no range of this document; it has 4703 characters: give a start below 4703, and an end above "
                "the start"
            )
        with pytest.raises(MCPError, match="there is no tool 'frobnicate'; list the tools for their names"):
            await client.call_tool("frobnicate", {})
        assert (await client.call_tool("ask", {"question": QUESTION})).structured_content["answerable"] is True

    places[transport].talk(talk)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": 5}',
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","arguments":{"question":"\\ud800"}}}',
    ],
)
def test_what_is_no_message_is_refused(place: Place, content: bytes) -> None:
    answer = place.post(content, "application/json")
    assert (answer.status_code, answer.json()["jsonrpc"]) == (400, "2.0")
    answer = place.post(content, "text/plain")
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:pincite:problem:wrong-content-type")


def test_there_is_no_stream_to_hold_open(place: Place) -> None:
    """Each request is by itself, so that a session outlives the service's restart and none delays its end."""
    answer = httpx2.get(str(place.where), headers={**place.headers, "Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["type"] == "urn:pincite:problem:method-not-allowed"


def test_without_a_key_no_tool_is_reached(place: Place) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    refused = httpx2.post(str(place.where), json=message)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:pincite:problem:unauthorized")
    assert place.post(json.dumps(message).encode(), "application/json").status_code == 200


def test_questions_of_assistants_are_counted(place: Place) -> None:
    def counted() -> float:
        text = httpx2.get(str(place.where).replace("/mcp", "/metrics"), headers=place.headers).text
        return float(text.partition('pincite_questions_total{outcome="answered"} ')[2].partition("\n")[0])

    before = counted()
    place.call("ask", question=QUESTION)
    assert counted() == before + 1


def test_a_library_that_cannot_be_opened_is_said_by_each_call(tmp_path: Path) -> None:
    set_ = environment(PINCITE_DATA=str(tmp_path), PINCITE_MODEL="no-such-model")
    place = Place(StdioServerParameters(command=PINCITE, args=["mcp"], env=set_))
    failed = place.call("ask", question=QUESTION)
    assert failed.is_error
    assert words(failed).startswith("there is no model 'no-such-model' on this machine; ")


def test_neither_serving_nor_asking_imports_the_sdk(settings: Settings, tmp_path: Path) -> None:
    script = (
        "import sys; from api.settings import load_settings; from api.http.app import create_app\n"
        "from api.terminal.cli import main; import api.opening; create_app(load_settings())\n"
        f"sys.argv = ['pincite', 'ask', {QUESTION!r}]\n"
        "try: main()\n"
        "except SystemExit as end: print('status', end.code)\n"
        "print('heavy', sorted({'mcp', 'mcp_types', 'cryptography', 'prompt_toolkit'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [shutil.which("python", path=str(Path(PINCITE).parent)) or "python", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(PINCITE_DATA=str(tmp_path), PINCITE_MODEL=settings.model),
    )
    assert done.stdout.splitlines()[-2:] == ["status 0", "heavy []"]


def test_the_readme_says_how_to_connect_an_assistant(places: dict[str, Place]) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```json\n")[2].partition("```")[0]
    [configured] = json.loads(block)["mcpServers"].values()
    own = places["stdio"].where
    assert isinstance(own, StdioServerParameters)
    assert (configured["command"], configured["args"]) == ("pincite", own.args)
