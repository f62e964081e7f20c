"""The page in a real browser: documents that come and go, keys, and a service out of reach."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from api.settings import Settings
from browser.conftest import Visit
from browser.test_page import ANSWER, QUESTION, ask, asked, shown_place, text_of
from browser.texts import KEEPER, endless_line
from made_files import pdf
from test_server import running

pytestmark = pytest.mark.browser
FERRY = "The ferry to Foula leaves Walls at half past nine. It takes two hours.\n"
FERRY_QUESTION = "When does the ferry to Foula leave Walls?"
DROP = """([name, text, type]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type }));
    for (const kind of ["dragenter", "dragover", "drop"])
        document.querySelector("main").dispatchEvent(
            new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, name: str, text: str) -> None:
    page.evaluate(DROP, [name, text, "text/plain"])


def choose(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose files").click()
    chooser.value.set_files(list(paths))


def delete(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Delete {title}").click()
    dialog = page.get_by_role("dialog", name="Delete this document?")
    expect(dialog).to_contain_text(f"“{title}”")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name=title)).to_have_count(0)


@pytest.fixture
def page(changed: str, visit: Visit) -> Page:
    """The documents of a library that is empty."""
    for one in httpx2.get(f"{changed}/v1/documents?limit=200").json()["documents"]:
        httpx2.delete(f"{changed}/v1/documents/{one['id']}")
    return visit(changed, "#/documents")


def test_an_empty_library_says_what_to_do(page: Page, changed: str) -> None:
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()
    page.get_by_role("link", name="Ask").click()
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()
    page.get_by_label("Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{changed}/#/ask?q=who+took+responsibility%3F")
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()
    page.get_by_role("link", name="Add documents").click()
    expect(page.get_by_role("button", name="choose files")).to_be_visible()


def test_what_two_documents_say_in_the_same_words_is_shown_once_with_a_link_to_the_other(
    page: Page, changed: str
) -> None:
    for title, more in (("Herald", ""), ("Mail", "Bring a coat.\n")):
        httpx2.post(f"{changed}/v1/documents", json={"text": FERRY + more, "title": title}).raise_for_status()
    page.get_by_role("link", name="Ask").click()
    ask(page, FERRY_QUESTION)
    expect(page.locator(".passage")).to_have_count(1)
    [passage] = asked(changed, FERRY_QUESTION)["passages"]
    [copy] = passage["copies"]
    link = page.locator(".copies").get_by_role("link", name=copy["document_title"])
    expect(page.locator(".copies")).to_have_text(f"The same words in {copy['document_title']}")
    link.click()
    assert shown_place(page) == copy["cited_text"] == FERRY.split(".", maxsplit=1)[0] + "."
    assert text_of(changed, copy["document_id"]) == page.locator(".body").text_content()


@pytest.mark.parametrize("way", ["chooser", "drop"])
def test_a_document_is_added_asked_about_deleted_and_asked_about_again(
    page: Page, tmp_path: Path, way: str
) -> None:
    if way == "chooser":
        (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
        choose(page, tmp_path / "ferry.txt")
    else:
        drop(page, "ferry.txt", FERRY)
    expect(page.locator(".uploads .done")).to_contain_text("Added.")
    expect(page.locator(".documents a")).to_have_text("ferry.txt")
    page.get_by_role("link", name="Ask").click()
    ask(page, FERRY_QUESTION)
    expect(page.locator(".first blockquote")).to_have_text("The ferry to Foula leaves Walls at half past nine.")
    page.get_by_role("link", name="Documents").click()
    delete(page, "ferry.txt")
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()
    page.go_back()
    expect(page.locator("blockquote")).to_have_count(0)
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()


def test_a_file_dropped_on_any_view_is_added(changed: str, page: Page) -> None:
    page.goto(f"{changed}/#/ask?q=anything")
    expect(page.get_by_role("heading", name="There are no documents yet")).to_be_visible()
    drop(page, "ferry.txt", FERRY)
    expect(page.locator(".documents a")).to_have_text("ferry.txt")


def test_what_failed_says_why_and_what_to_do(page: Page, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (tmp_path / "code.py").write_text("print()", encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    choose(page, *(tmp_path / name for name in ("code.py", "empty.txt", "broken.pdf", "ferry.txt")))
    expect(page.locator(".uploads .done")).to_contain_text("ferry.txt")
    failed = page.locator(".uploads .failed")
    expect(failed).to_have_count(3)
    expect(failed.nth(0)).to_contain_text("There is no reader for files that end in '.py'. Save it as one of .txt")
    expect(failed.nth(1)).to_contain_text("There is no text in it. Add a file that holds text.")
    expect(failed.nth(2)).to_contain_text("broken.pdf")
    failed.nth(0).get_by_role("button", name="Dismiss").click()
    expect(failed).to_have_count(2)


def test_keeping_a_document_leaves_it(page: Page) -> None:
    drop(page, "ferry.txt", FERRY)
    page.get_by_role("button", name="Delete ferry.txt").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.locator(".documents a")).to_have_text("ferry.txt")


def test_a_document_is_replaced(page: Page, tmp_path: Path) -> None:
    drop(page, "ferry.txt", FERRY)
    expect(page.locator(".documents a")).to_have_text("ferry.txt")
    (tmp_path / "winter.txt").write_text(FERRY.replace("nine", "eleven"), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Replace ferry.txt").click()
    chooser.value.set_files(tmp_path / "winter.txt")
    expect(page.locator(".documents a")).to_have_text("winter.txt")
    page.get_by_role("link", name="Ask").click()
    ask(page, FERRY_QUESTION)
    expect(page.locator(".first blockquote")).to_have_text("The ferry to Foula leaves Walls at half past eleven.")


def test_a_document_that_somebody_else_deleted_is_not_deleted_twice(changed: str, page: Page) -> None:
    drop(page, "ferry.txt", FERRY)
    expect(page.locator(".documents a")).to_have_text("ferry.txt")
    [document] = httpx2.get(f"{changed}/v1/documents").json()["documents"]
    assert httpx2.delete(f"{changed}/v1/documents/{document['id']}").status_code == 204
    page.get_by_role("button", name="Delete ferry.txt").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="This document is not in the library")).to_be_visible()


def test_a_byte_order_mark_moves_no_place(changed: str, page: Page) -> None:
    text = "\ufeffAt sea. The ferry to Foula leaves Walls at noon."
    sent = httpx2.post(f"{changed}/v1/documents", json={"text": text, "title": "Marked"})
    assert sent.status_code == 201, sent.text
    page.goto(f"{changed}/#/documents/{sent.json()['id']}?start=9&end={len(text)}")
    expect(page.locator("mark.place")).to_have_text("The ferry to Foula leaves Walls at noon.")


def test_a_link_to_a_place_in_a_pdf_says_its_page(changed: str, page: Page) -> None:
    printed = pdf(["The ferry leaves at noon."], ["The island has forty sheep."])
    sent = httpx2.post(f"{changed}/v1/documents", files={"file": ("island.pdf", printed)})
    text = text_of(changed, sent.json()["id"])
    start = text.index("The island")
    page.goto(f"{changed}/#/documents/{sent.json()['id']}?start={start}&end={start + 27}")
    assert shown_place(page) == "The island has forty sheep."
    expect(page.locator(".spot")).to_have_text(f"Page 2, characters {start}–{start + 27}")


def test_a_line_of_five_million_characters_is_readable_at_any_place(
    changed: str, page: Page, tmp_path: Path
) -> None:
    question = "What was the lighthouse keeper of Muckle Flugga paid?"
    (tmp_path / "line.txt").write_text(endless_line(), encoding="utf-8")
    choose(page, tmp_path / "line.txt")
    expect(page.locator(".uploads .done")).to_contain_text("Added.", timeout=180_000)
    page.get_by_role("link", name="Ask").click()
    ask(page, question)
    citation = asked(changed, question)["answer"]["citation"]
    assert page.locator(".first blockquote").text_content() == KEEPER
    assert page.evaluate("document.querySelector('main').textContent.length") < 50_000
    page.locator(".first a").click()
    assert shown_place(page) == KEEPER
    text = text_of(changed, citation["document_id"])
    window = page.locator(".body").text_content() or ""
    assert len(window) < 200_000
    assert window in text
    edges = page.get_by_role("button", name=re.compile("Show (earlier|later) text"))
    expect(edges).to_have_count(2)
    for _ in range(30):
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(20)
    read_on = page.locator(".body").text_content() or ""
    assert text.index(read_on) > text.index(window)
    assert len(read_on) < 200_000
    page.get_by_role("button", name="Characters", exact=False).click()
    assert shown_place(page) == KEEPER
    assert page.evaluate("window.hacked") is None


def test_many_documents_come_a_page_at_a_time(page: Page) -> None:
    lines = [
        f'{{"text": "Island number {number} has sheep.", "title": "Island {number:03}"}}' for number in range(60)
    ]
    drop(page, "islands.jsonl", "\n".join(lines))
    expect(page.locator(".uploads .done")).to_contain_text("Added, 60 documents.")
    expect(page.locator(".documents li")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".documents li")).to_have_count(60)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    assert len(set(page.locator(".documents a").all_text_contents())) == 60


def test_a_key_is_asked_for_and_kept_for_the_tab(
    settings: Settings, command: Callable[..., subprocess.CompletedProcess[str]], visit: Visit, tmp_path: Path
) -> None:
    data = tmp_path / "kept"
    made = command("keys", "new", "--role", "read", "--name", "page", PINCITE_DATA=str(data))
    key = made.stdout.split()[0]
    with running(data, settings.model) as origin:
        page = visit(origin, "#/ask?q=who+took+responsibility%3F")
        expect(page.get_by_role("heading", name="This library needs a key")).to_be_visible()
        page.get_by_role("button", name="Enter a key").click()
        page.get_by_role("textbox", name="Key").fill("wrong")
        page.get_by_role("button", name="Use the key").click()
        expect(page.get_by_role("alert")).to_contain_text("The API key is not valid")
        page.get_by_role("button", name="Enter a key").click()
        page.get_by_role("textbox", name="Key").fill(key)
        page.keyboard.press("Enter")
        expect(page.locator(".first blockquote")).to_have_text(ANSWER)
        assert page.evaluate("sessionStorage.getItem('pincite.key')") == key
        assert key not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")
        page.locator(".first a").click()
        expect(page.locator("mark.place")).to_have_text(ANSWER)
        page.get_by_role("link", name="Documents").click()
        drop(page, "ferry.txt", FERRY)
        expect(page.locator(".uploads .failed")).to_contain_text("The API key may only read")
        page.get_by_role("button", name="Key", exact=True).click()
        page.get_by_role("button", name="Forget the key").click()
        expect(page.get_by_role("heading", name="This library needs a key")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


def test_what_is_asked_offline_is_answered_when_the_connection_is_back(library: str, visit: Visit) -> None:
    page = visit(library)
    expect(page.get_by_label("Question")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("You are offline")
    page.get_by_label("Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".first blockquote")).to_have_text(ANSWER)
    expect(page.locator("#offline")).to_be_empty()


def test_a_service_that_is_gone_is_said_to_be(settings: Settings, visit: Visit, tmp_path: Path) -> None:
    with running(tmp_path, settings.model) as origin:
        page = visit(origin)
        expect(page.get_by_label("Question")).to_be_visible()
    page.get_by_label("Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pincite cannot be reached")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
