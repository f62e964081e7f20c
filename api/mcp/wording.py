"""Results in words: text that an assistant can quote, each piece behind its place."""

from api.bodies.answers import AskResponse, PassageBody, QuoteBody, SearchResponse
from api.bodies.citations import CitationBody
from api.bodies.documents import DocumentsResponse
from api.bodies.verification import VerifyResponse
from api.mcp.arguments import RangeBody


def place(citation: CitationBody) -> str:
    """Where a citation points, as it is to be repeated: the document's id and START:END."""
    return f"[document {citation.document_id}, {citation.start_char_index}:{citation.end_char_index}]"


def answer_in_words(answer: AskResponse) -> str:
    """The answer and its place, or that there is none; then the passages."""
    if answer.answer is None:
        said = [
            f"The documents do not say (confidence that they do: {answer.confidence:.2f}).",
            "The nearest passages follow; they do not answer the question.",
        ]
    else:
        said = [*_quote(answer.answer), f"Confidence: {answer.confidence:.2f}"]
        for other in answer.answer.also:
            said += ["", "Another sentence answers differently:", *_quote(other)]
    return "\n".join([*said, "", *_passages(answer.passages)])


def search_in_words(found: SearchResponse) -> str:
    """The passages, nearest first."""
    return "\n".join(_passages(found.passages))


def list_in_words(page: DocumentsResponse) -> str:
    """A line a document."""
    lines = [f"{one.id}  {one.title} ({one.length} characters)" for one in page.documents]
    more = [f"There are more: cursor {page.next_cursor}"] if page.next_cursor else []
    return "\n".join([*lines, *more]) or "There are no documents."


def range_in_words(read: RangeBody) -> str:
    """The text behind one line that says what it is."""
    rest = "" if read.end == read.length else f"; go on with start {read.end}"
    return (
        f"[document {read.document_id}, {read.start}:{read.end}] {read.document_title}, of {read.length} characters"
        f"{rest}\n{read.text}"
    )


def verdict_in_words(verdict: VerifyResponse) -> str:
    """What became of a citation."""
    if verdict.citation and verdict.verdict == "verified":
        return f"Verified: exactly these words stand at {place(verdict.citation)}."
    if verdict.citation:
        alike = "" if verdict.similarity in (None, 1) else f" (likeness {verdict.similarity:.2f})"
        return f"Moved{alike}: cite {place(verdict.citation)} now.\n{verdict.citation.cited_text}"
    if verdict.places:
        return f"Moved, to one of several places: {', '.join(place(one) for one in verdict.places)}."
    return "Gone: no document holds these words any more; do not cite them."


def _quote(quote: QuoteBody) -> list[str]:
    return [quote.text, f"{place(quote.citation)} {quote.citation.document_title}"]


def _passages(passages: list[PassageBody]) -> list[str]:
    if not passages:
        return ["There are no passages."]
    lines = ["Passages, nearest first:"]
    for passage in passages:
        lines += [f"{place(passage.citation)} {passage.citation.document_title}", passage.text]
        lines += [f"The same words: {place(copy)} {copy.document_title}" for copy in passage.copies]
    return lines
