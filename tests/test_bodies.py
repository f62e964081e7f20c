"""Bodies have the shape that the design promises."""

import pytest

from api.bodies.citations import CitationBody, text_fragment
from index.documents import Document
from index.spans import Span
from qa.citing import cite


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("It rained.", "#:~:text=It%20rained."),
        ("a,b & c-d", "#:~:text=a%2Cb%20%26%20c%2Dd"),
        ("two\r\n lines", "#:~:text=two%20lines"),
        ("1 2 3 4 5 6 7 8 9 10 11", "#:~:text=1%202%203%204%205,7%208%209%2010%2011"),
        ("Großer Müll 👍", "#:~:text=Gro%C3%9Fer%20M%C3%BCll%20%F0%9F%91%8D"),
    ],
)
def test_text_fragments_are_encoded_and_long_ones_name_both_ends(text: str, fragment: str) -> None:
    assert text_fragment(text) == fragment


def test_a_citation_speaks_both_conventions() -> None:
    document = Document.from_text("One 👍 two. Three four.", title="t", source="s")
    assert CitationBody.of(cite(document, Span(11, 22))).model_dump(mode="json") == {
        "type": "char_location",
        "document_id": document.id,
        "document_title": "t",
        "url": None,
        "cited_text": "Three four.",
        "start_char_index": 11,
        "end_char_index": 22,
        "page": None,
        "document_sha256": document.sha256,
        "selectors": [
            {"type": "TextQuoteSelector", "exact": "Three four.", "prefix": "One 👍 two. ", "suffix": ""},
            {"type": "TextPositionSelector", "start": 11, "end": 22},
        ],
        "text_fragment": "#:~:text=Three%20four.",
    }
