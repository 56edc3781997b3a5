"""What is live on an answer: cards, questions to take along, and verifying."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.conftest import DESKTOP, PHONE, Visiting, Visitor, path_of

CARD = "#card"


def test_a_card_opens_beside_its_chip_and_can_be_pointed_at(visitor: Visitor) -> None:
    page = visitor.answer("published")
    chip = page.locator("a.chip").first

    chip.hover()
    page.wait_for_selector(CARD)
    sentence = page.locator("[data-sentence]").first.inner_text()
    assert page.locator(f"{CARD} mark").inner_text() == sentence
    assert "word for word in our stored copy" in page.locator(CARD).inner_text()
    page.locator(CARD).hover()
    page.wait_for_timeout(400)
    assert page.locator(CARD).is_visible()

    page.locator("h1").hover()
    page.wait_for_selector(CARD, state="detached")


def test_a_card_opens_on_focus_and_closes_on_escape(visitor: Visitor) -> None:
    page = visitor.answer("published")
    page.locator("h1").evaluate("title => { title.tabIndex = -1; title.focus() }")
    while not page.evaluate(
        "document.activeElement.matches('a.chip') && !document.activeElement.closest('#card')"
    ):
        page.keyboard.press("Tab")

    page.wait_for_selector(CARD)
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Tab")  # into the card
    assert page.evaluate("document.activeElement.closest('#card') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector(CARD, state="detached")
    assert page.evaluate("document.activeElement.className") == "chip"

    page.keyboard.press("Enter")  # the link itself
    assert page.url.endswith("#src-1")


def test_a_card_is_a_sheet_from_below_on_a_phone(visiting: Visiting) -> None:
    page = visiting(**PHONE).answer("published")

    page.locator("a.chip").first.tap()
    page.wait_for_selector(CARD)

    box = page.locator(CARD).bounding_box()
    assert box is not None
    assert box["x"] == 0
    assert box["y"] + box["height"] == 844
    assert "#src" not in page.url
    page.touchscreen.tap(200, 100)
    page.wait_for_selector(CARD, state="detached")


def test_a_card_leads_to_the_words_in_their_context(visitor: Visitor) -> None:
    page = visitor.answer("published")
    words = page.locator("[data-sentence]").first.inner_text()
    page.locator("a.chip").first.hover()
    page.wait_for_selector(CARD)

    page.locator(CARD).get_by_text("See it in context").click()
    page.wait_for_url("**/c/**")

    assert page.locator("mark").inner_text() == words
    assert page.get_by_text("found, character for character").is_visible()
    page.get_by_role("link", name="Back to the answer").click()
    page.wait_for_url("**/a/**")


def test_keeps_what_is_ticked_and_added_in_its_tab(visitor: Visitor) -> None:
    page = visitor.answer("published")
    before = page.locator(".questions li").count()

    page.check("#take-1")
    page.fill("#own", "<b>Can I travel?</b>")
    page.get_by_role("button", name="Add", exact=True).click()
    page.reload()

    assert page.locator(".questions li").count() == before + 1
    assert page.locator(".questions li").last.inner_text() == "<b>Can I travel?</b>"
    assert page.is_checked("#take-1")
    assert page.is_checked(f"#take-{before + 1}")
    other = visitor.page()
    other.goto(page.url)
    assert other.locator(".questions li").count() == before


def test_prints_the_questions_alone_with_lines_to_write_on(visitor: Visitor) -> None:
    page = visitor.answer("published")
    page.evaluate("window.print = () => { window.printed = true }")
    page.check("#take-1")

    page.click("text=Print the questions")
    page.emulate_media(media="print")

    assert page.evaluate("window.printed")
    assert page.locator("#take-1").is_visible()
    assert page.locator(".questions li").nth(1).is_hidden()
    assert page.get_by_role("heading", name="The short answer").is_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.get_by_role("heading", name="The short answer").is_visible()


def test_prints_everything_that_is_folded_and_no_button(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.answer("published")
    page.emulate_media(media="print")

    assert page.locator("blockquote mark").first.is_visible()
    assert not [b for b in page.get_by_role("button").all() if b.is_visible()]
    page.pdf(path=tmp_path / "answer.pdf")
    assert (tmp_path / "answer.pdf").read_bytes().startswith(b"%PDF")


# --- verifying -----------------------------------------------------------------------------------


def verdict(page: Page) -> str:
    page.click("[data-verify] button")
    said = page.locator("[data-verify] [role=status]")
    said.filter(has_not_text="Checking").wait_for()
    return said.inner_text()


def test_verifies_itself_and_again_without_a_connection(visitor: Visitor) -> None:
    page = visitor.answer("published")
    page.wait_for_load_state("networkidle")

    assert verdict(page).startswith("This page shows exactly what was signed.")
    visitor.context.set_offline(True)
    assert verdict(page).startswith("This page shows exactly what was signed.")


def altered(change: Callable[[str], str]) -> Callable[[Route], None]:
    """Change an answer on its way to the browser, as whoever sits between could."""

    def alter(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=change(response.text()))

    return alter


def refused(visitor: Visitor, pattern: str, change: Callable[[str], str]) -> str:
    path = path_of(visitor.url, "published")
    page = visitor.page()
    page.route(pattern, altered(change))
    page.goto(visitor.url + path)
    page.wait_for_selector("text=This page does not verify")
    assert page.locator("[data-sentence]").count() == 0
    return page.locator("article").inner_text()


def test_replaces_a_page_whose_sentence_was_altered(visitor: Visitor) -> None:
    told = refused(visitor, "**/a/**", lambda page: page.replace("</span> <a", "!</span> <a", 1))

    assert "a sentence of this page is not the one that was signed" in told


def test_replaces_a_page_whose_document_was_altered(visitor: Visitor) -> None:
    def forge(text: str) -> str:
        envelope: dict[str, Any] = json.loads(text)
        envelope["answer"]["title"] = "Forged"
        return json.dumps(envelope)

    told = refused(visitor, "**/v1/answers/**", forge)

    assert "the signature does not match" in told


def test_replaces_a_page_that_shows_another_answer(visitor: Visitor) -> None:
    told = refused(
        visitor, "**/a/**", lambda page: page.replace('data-sha256="', 'data-sha256="0', 1)
    )

    assert "what was signed is another answer than this page" in told


def test_a_browser_that_cannot_verify_says_so_and_shows_the_page(visiting: Visiting) -> None:
    visitor = visiting(**DESKTOP)
    visitor.context.add_init_script("delete Object.getPrototypeOf(crypto).subtle")
    page = visitor.answer("published")

    assert "says nothing about the answer" in verdict(page)
    assert page.locator("[data-sentence]").count() > 3
