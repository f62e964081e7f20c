"""The tools: what each is for, in words for a model, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from api.asking import answered, searched
from api.bodies.answers import AskResponse, SearchResponse
from api.bodies.documents import DocumentsResponse
from api.bodies.questions import AskRequest, SearchRequest
from api.bodies.verification import KeptCitation, VerifyResponse
from api.mcp import wording
from api.mcp.arguments import MOST_READ, ListArguments, QuestionArguments, RangeBody, ReadArguments
from index.errors import PinciteError
from qa import verifying
from qa.answering import Answerer

Arguments = TypeVar("Arguments", bound=BaseModel)
Result = TypeVar("Result", bound=BaseModel)
OFFSETS = "Offsets are 0-based, end-exclusive and count Unicode code points, not bytes or UTF-16 units."
ASK = f"""Answer a question from the user's documents with the exact sentence that answers it.
Use it first whenever the user asks about something that their documents may say. `answer.text` is quoted word for
word; repeat it unchanged, with its citation: the document's id and START:END. `answerable: false` means that the
documents do not say: tell the user so, and do not answer from the passages, which are then only the nearest ones.
`answer.also` holds sentences that answer differently: sources may disagree. {OFFSETS}"""
SEARCH = f"""Find the passages of the user's documents that are nearest to a question, without choosing an answer.
Use it to gather material from several places, for a summary or a comparison; use `ask` for a question of fact. Each
passage carries its citation, and that of its best sentence. {OFFSETS}"""
LIST = """List the user's documents: id, title and length in characters, in the order in which they were added.
Use it to learn what there is, and for the ids that the other tools take. A `next_cursor` asks for the next page."""
READ = f"""Read a document's text, whole or from character `start` to `end`.
Use it for what stands around a citation, or to check one: exactly the cited text stands between its
start_char_index and end_char_index. {OFFSETS} At most {MOST_READ:,} characters are returned; `end` says how far."""
VERIFY = f"""Check a citation that was given before: does the document still hold exactly these words at this place?
Use it before repeating an older quotation, and for any that you did not just receive. Give the citation as a tool
returned it; document_id, cited_text, start_char_index and end_char_index are enough. The verdict is
`verified`, `moved` (its new place is in `citation`) or `gone`. {OFFSETS}"""


class BadRange(PinciteError):
    """A range that the document does not have."""


def _unheard(_: AskResponse) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Desk:
    """What the tools work with; ``min_confidence`` is the setting, and ``asked`` hears of every answer."""

    answerer: Answerer
    min_confidence: float | None
    asked: Callable[[AskResponse], None] = _unheard


@dataclass(frozen=True, slots=True)
class Called:
    """What a call gives: ``text`` to be read, and the same as ``body``."""

    text: str
    body: BaseModel


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; ``call`` raises ValidationError or PinciteError for arguments that it does not take."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    call: Callable[[Desk, Mapping[str, object]], Called]


def _tool(
    title: str,
    description: str,
    arguments: type[Arguments],
    result: type[Result],
    *,
    do: Callable[[Desk, Arguments], Result],
    say: Callable[[Result], str],
) -> Tool:
    def call(desk: Desk, given: Mapping[str, object]) -> Called:
        body = do(desk, arguments.model_validate(given))
        return Called(say(body), body)

    return Tool(do.__name__, title, description, arguments, result, call)


def ask(desk: Desk, arguments: QuestionArguments) -> AskResponse:
    """As ``POST /v1/ask`` does."""
    request = AskRequest(**arguments.model_dump())
    answer = answered(desk.answerer, request, default_confidence=desk.min_confidence)
    desk.asked(answer)
    return answer


def search(desk: Desk, arguments: QuestionArguments) -> SearchResponse:
    """As ``POST /v1/search`` does."""
    return searched(desk.answerer, SearchRequest(**arguments.model_dump()))


def list_documents(desk: Desk, arguments: ListArguments) -> DocumentsResponse:
    """As ``GET /v1/documents`` does."""
    after = int(arguments.cursor or "0")
    found = desk.answerer.library.summaries(after=after, limit=arguments.limit + 1)
    return DocumentsResponse.page(found, limit=arguments.limit)


def read_document(desk: Desk, arguments: ReadArguments) -> RangeBody:
    """Characters of a document, as many as one call gives.

    Raises:
        BadRange: there are none of that range.
        UnknownDocument: it is not there.
    """
    document = desk.answerer.library.document(arguments.document_id)
    length, start = len(document.text), arguments.start
    wanted = length if arguments.end is None else arguments.end
    end = min(wanted, length, start + MOST_READ)
    if start >= end and (start or length):
        raise BadRange(
            f"{start}:{wanted} is no range of this document",
            remedy=f"it has {length} characters: give a start below {length}, and an end above the start",
        )
    return RangeBody(
        document_id=document.id,
        document_title=document.title,
        document_sha256=document.sha256,
        start=start,
        end=end,
        length=length,
        text=document.text[start:end],
    )


def verify(desk: Desk, citation: KeptCitation) -> VerifyResponse:
    """As ``POST /v1/verify`` does."""
    return VerifyResponse.of(verifying.verify(citation.citation(), desk.answerer.library))


TOOLS = (
    _tool("Ask the documents", ASK, QuestionArguments, AskResponse, do=ask, say=wording.answer_in_words),
    _tool("Search", SEARCH, QuestionArguments, SearchResponse, do=search, say=wording.search_in_words),
    _tool("List", LIST, ListArguments, DocumentsResponse, do=list_documents, say=wording.list_in_words),
    _tool("Read a document", READ, ReadArguments, RangeBody, do=read_document, say=wording.range_in_words),
    _tool("Verify", VERIFY, KeptCitation, VerifyResponse, do=verify, say=wording.verdict_in_words),
)
