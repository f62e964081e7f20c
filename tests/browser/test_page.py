"""The page in a real browser: questions, answers, and documents at the place."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from browser.conftest import Visit
from browser.texts import HOSTILE, OBSERVATORY, TRAVELS

pytestmark = pytest.mark.browser
QUESTION = "who took responsibility?"
ANSWER = (
    "Azerbaijan has taken responsibility for the deaths of several Russian peacekeepers in Nagorno-Karabakh "
    "on Wednesday."
)
SEED_ID = "0fc29baff6a717ca"


def asked(origin: str, question: str) -> dict[str, Any]:
    """What the service answers."""
    return dict(httpx2.post(f"{origin}/v1/ask", json={"question": question}).json())


def text_of(origin: str, document_id: str) -> str:
    return httpx2.get(f"{origin}/v1/documents/{document_id}/text").content.decode()


def sliced(origin: str, citation: dict[str, Any]) -> str:
    """What stands at the place that a citation names."""
    text = text_of(origin, citation["document_id"])
    return text[citation["start_char_index"] : citation["end_char_index"]]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".passage").first).to_be_visible()


def shown_place(page: Page) -> str:
    """The text of the marked place, once it is in sight."""
    expect(page.locator("mark.place").first).to_be_in_viewport()
    return "".join(page.locator("mark.place").all_text_contents())


@pytest.mark.parametrize(
    ("question", "answer"),
    [(QUESTION, ANSWER), ("Who founded the observatory of Köln?", OBSERVATORY)],
    ids=["plain", "behind emoji, CJK and right-to-left text"],
)
def test_an_answer_is_seen_and_opens_at_its_place(library: str, visit: Visit, question: str, answer: str) -> None:
    page = visit(library)
    ask(page, question)
    body = asked(library, question)["answer"]
    assert page.locator(".first blockquote").text_content() == body["text"] == answer
    assert page.locator(".first mark").text_content() == body["span"]["text"]
    page.locator(".first a").click()
    assert shown_place(page) == sliced(library, body["citation"]) == answer
    assert page.locator(".body").text_content() == text_of(library, body["citation"]["document_id"])
    assert page.url.endswith(
        f"#/documents/{body['citation']['document_id']}"
        f"?start={body['citation']['start_char_index']}&end={body['citation']['end_char_index']}"
    )


def test_every_passage_marks_its_best_sentence_and_a_click_opens_it(library: str, visit: Visit) -> None:
    page = visit(library, f"#/ask?q={quote(QUESTION)}")
    expect(page.locator(".passage")).to_have_count(5)
    passages = asked(library, QUESTION)["passages"]
    assert page.locator(".passage .text").all_text_contents() == [one["text"] for one in passages]
    sentences = [one["sentence"]["cited_text"] for one in passages]
    assert page.locator(".passage mark").all_text_contents() == sentences
    page.locator(".passage .text").nth(2).click()
    assert shown_place(page) == sentences[2]


def test_what_the_documents_do_not_say_is_said_plainly(library: str, visit: Visit) -> None:
    question = "What is the boiling point of water?"
    page = visit(library)
    ask(page, question)
    expect(page.get_by_role("heading", name="Not in these documents")).to_be_visible()
    expect(page.get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(page.locator(".passage")).to_have_count(5)
    expect(page.locator("blockquote")).to_have_count(0)
    percent = round(asked(library, question)["confidence"] * 100)
    expect(page.locator(".confidence")).to_have_text(
        f"Almost no chance that the documents answer this: {percent} %"
    )


def test_answers_that_differ_are_shown_together(library: str, visit: Visit) -> None:
    page = visit(library)
    ask(page, "How many peacekeepers died?")
    body = asked(library, "How many peacekeepers died?")["answer"]
    quotes = [body["text"], *(one["text"] for one in body["also"])]
    assert page.locator("blockquote").all_text_contents() == quotes
    assert page.locator("blockquote mark").all_text_contents() == ["five", "four"]
    page.locator(".further a").click()
    assert shown_place(page) == quotes[1]


def test_confidence_is_words_and_a_bar(library: str, visit: Visit) -> None:
    page = visit(library, f"#/ask?q={quote(QUESTION)}")
    percent = round(asked(library, QUESTION)["confidence"] * 100)
    bar = page.get_by_role("meter", name="Confidence that the documents answer")
    expect(bar).to_have_attribute("aria-valuenow", str(percent))
    width = page.evaluate(
        "(([bar, fill]) => fill.offsetWidth / bar.offsetWidth)([...document.querySelectorAll('.bar, .fill')])"
    )
    assert width == pytest.approx(percent / 100, abs=0.01)
    expect(page.locator(".confidence strong")).to_have_text("Likely")


def test_a_link_to_an_answer_and_to_a_place_lasts(library: str, visit: Visit) -> None:
    page = visit(library)
    ask(page, QUESTION)
    assert page.url == f"{library}/#/ask?q=who+took+responsibility%3F"
    there = visit(library, "#/ask?q=who+took+responsibility%3F")
    expect(there.locator(".first blockquote")).to_have_text(ANSWER)
    text = text_of(library, SEED_ID)
    for start, end in ((438, 505), (0, len(text)), (len(text) - 9, len(text))):
        there = visit(library, f"#/documents/{SEED_ID}?start={start}&end={end}")
        assert shown_place(there) == text[start:end]


@pytest.mark.parametrize(
    "place", ["start=9&end=9", "start=5&end=99999", "start=-1&end=2", "start=a&end=b", "end=3", ""]
)
def test_a_link_to_no_place_shows_the_document(library: str, visit: Visit, place: str) -> None:
    page = visit(library, f"#/documents/{SEED_ID}?{place}")
    expect(page.locator(".body")).to_have_text(re.compile("^Azerbaijan has taken responsibility"))
    expect(page.locator("mark")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("#/documents/0123456789abcdef", "This document is not in the library"),
        ("#/elsewhere", "nothing at this address"),
    ],
)
def test_a_link_to_nothing_says_so(library: str, visit: Visit, address: str, said: str) -> None:
    expect(visit(library, address).get_by_role("heading", name=re.compile(said))).to_be_visible()


def test_a_session_needs_only_the_keyboard(library: str, visit: Visit) -> None:
    page = visit(library, "#/documents")
    expect(page.locator(".documents li")).to_have_count(3)
    press = page.keyboard.press
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    press("Escape")
    press("/")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type(QUESTION)
    press("Enter")
    expect(page.locator(".passage")).to_have_count(5)
    expect(page.locator("#said")).to_have_text(f"Answered: {ANSWER}")
    for _ in range(3):
        press("ArrowDown")
    press("ArrowUp")
    expect(page.locator(".passage a").nth(0)).to_be_focused()
    press("ArrowDown")
    opened = page.locator(".passage a").nth(1)
    expect(opened).to_be_focused()
    address = opened.get_attribute("href")
    press("Enter")
    assert shown_place(page) == asked(library, QUESTION)["passages"][1]["sentence"]["cited_text"]
    press("Escape")
    expect(page.locator(f'.passage a[href="{address}"]')).to_be_focused()
    press("Escape")
    expect(page.get_by_label("Question")).to_be_focused()
    press("?")
    expect(page.get_by_label("Question")).to_have_value(re.compile(r"\?$"))


def test_a_quotation_is_copied_in_every_form(library: str, visit: Visit) -> None:
    page = visit(library, permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    link = f"{library}/#/documents/{SEED_ID}?start=0&end=116"
    citation = asked(library, QUESTION)["answer"]["citation"]
    title, sha256 = citation["document_title"], citation["document_sha256"]

    def copied(form: str) -> str:
        page.locator(".first ~ .copying").get_by_role("button", name=f"Copy as {form}").click()
        expect(page.locator("#toast")).to_have_text(f"Copied as {form}")
        return str(page.evaluate("navigator.clipboard.readText()"))

    assert copied("Text") == f"“{ANSWER}”\n{title}, characters 0–116\n{link}"
    escaped = title.replace("_", "\\_")
    assert copied("Markdown") == f"> {ANSWER}\n>\n> [{escaped}]({link}), characters 0–116"
    assert copied("BibTeX").splitlines() == [
        f"@misc{{pincite-{SEED_ID}-0-116,",
        f"  title = {{{escaped}}},",
        f"  url = {{{link}}},",
        f"  note = {{Characters 0--116, SHA-256 {sha256}}},",
        f"  annote = {{{ANSWER}}}",
        "}",
    ]
    assert json.loads(copied("JSON")) == citation
    assert copied("Link") == link


def test_a_citation_that_the_page_makes_itself_is_verified(library: str, visit: Visit) -> None:
    citation = asked(library, "Who founded the observatory of Köln?")["answer"]["citation"]
    start = TRAVELS.index("🔭")
    page = visit(library, permissions=["clipboard-read", "clipboard-write"])
    page.route("**/v1/verify", lambda route: route.abort())  # then it is left with what it made
    page.goto(f"{library}/#/documents/{citation['document_id']}?start={start}&end={start + 11}")
    expect(page.locator("mark.place")).to_be_in_viewport()
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.locator("#toast")).to_have_text("Copied as JSON")
    made = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert made["cited_text"] == "🔭 on a hill"
    quoted = made["selectors"][0]
    assert (quoted["prefix"], quoted["suffix"]) == (TRAVELS[start - 32 : start], TRAVELS[start + 11 : start + 43])
    assert httpx2.post(f"{library}/v1/verify", json=made).json()["verdict"] == "verified"


def test_recent_questions_are_kept_and_cleared(library: str, visit: Visit) -> None:
    page = visit(library)
    ask(page, "How many peacekeepers died?")
    ask(page, QUESTION)
    expect(page.locator(".first blockquote")).to_have_text(ANSWER)  # there are passages already
    page.goto(f"{library}/#/")
    page.reload()
    assert page.locator(".recent li").all_text_contents() == [QUESTION, "How many peacekeepers died?"]
    page.get_by_role("link", name=QUESTION).click()
    expect(page.locator(".first blockquote")).to_have_text(ANSWER)
    page.goto(f"{library}/#/")
    page.get_by_role("button", name="Clear recent questions").click()
    expect(page.locator(".recent")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('pincite.recent')") == "[]"


def test_it_works_where_storage_is_denied(library: str, visit: Visit) -> None:
    denied = """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
    page = visit(library, script=denied)
    ask(page, QUESTION)
    page.get_by_role("link", name="Pincite").click()
    assert page.locator(".recent li").all_text_contents() == [QUESTION]


def test_a_damaged_list_of_recent_questions_is_left_alone(library: str, visit: Visit) -> None:
    page = visit(library, script="localStorage.setItem('pincite.recent', '{\"a\": [1, 2')")
    expect(page.get_by_label("Question")).to_be_visible()
    expect(page.locator(".recent")).to_have_count(0)


def test_an_answer_that_comes_too_late_is_dropped(library: str, visit: Visit) -> None:
    page = visit(library)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/ask", hold_first)
    page.get_by_label("Question").fill("How many peacekeepers died?")
    with page.expect_event("requestfailed") as dropped:
        page.keyboard.press("Enter")
        expect(page.get_by_text("Looking through the documents")).to_be_visible()
        ask(page, QUESTION)
    assert dropped.value.failure == "net::ERR_ABORTED"
    assert page.locator(".first blockquote").text_content() == ANSWER


def test_a_question_that_is_refused_says_why(library: str, visit: Visit) -> None:
    page = visit(library, "#/ask?q=" + "x" * 2001)
    expect(page.get_by_role("alert")).to_contain_text("has 2001 characters")


def test_a_hostile_document_stays_text(library: str, visit: Visit) -> None:
    question = "What was the harbour master of Skerry called?"
    page = visit(library)
    ask(page, question)
    passage = asked(library, question)["passages"][0]
    assert "<script>window.hacked" in passage["text"]
    assert page.locator(".passage .text").first.text_content() == passage["text"]
    page.locator(".passage a").first.click()
    assert shown_place(page) == passage["sentence"]["cited_text"]
    assert page.locator(".body").text_content() == HOSTILE
    assert page.evaluate("window.hacked") is None
    assert page.locator("main :is(script, img, svg, b)").count() == 0
