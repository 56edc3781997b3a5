"""From a question to its answer: with scripts and without, twice, back, and through bad weather."""

from playwright.sync_api import Page, Response

from tests.browser.conftest import DESKTOP, Visiting, Visitor


def ask(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("button.go")


def locations(page: Page) -> list[str]:
    """Collect where the form leads to, each time that it is sent."""
    led: list[str] = []

    def note(response: Response) -> None:
        if response.url.endswith("/ask") and response.status == 303:
            led.append(response.headers["location"])

    page.on("response", note)
    return led


def test_asks_waits_and_reads(visitor: Visitor) -> None:
    page = visitor.open("/")
    ask(page, "state:published")

    page.wait_for_url("**/a/**")

    assert page.evaluate("document.activeElement.id") == "title"
    assert page.get_by_role("heading", name="The short answer").is_visible()


def test_waits_in_plain_words(visitor: Visitor) -> None:
    page = visitor.open("/")
    ask(page, "state:slow please tell")
    page.wait_for_url("**/q/*")

    assert page.locator("h1").inner_text() == "state:slow please tell"
    page.wait_for_selector("[data-step=retrieve][data-state=done]")
    step = page.locator("[data-step=retrieve]").inner_text()
    assert step.startswith("Looked in trusted sources: ")
    assert page.locator("article").get_attribute("aria-busy") == "true"
    assert page.get_by_text("call your local emergency number now").is_visible()
    page.wait_for_url("**/a/**")


def test_asks_waits_and_reads_without_scripts(visiting: Visiting) -> None:
    visitor = visiting(**DESKTOP, java_script_enabled=False)
    page = visitor.open("/")
    ask(page, "state:published")

    page.wait_for_url("**/a/**")

    assert page.get_by_role("heading", name="The short answer").is_visible()
    assert not page.get_by_role("button").all()  # nothing that would not work
    page.locator("a.chip").first.click()
    assert page.url.endswith("#src-1")


def test_a_double_click_is_one_question(visitor: Visitor) -> None:
    page = visitor.open("/")
    led = locations(page)
    page.fill("#text", "state:published")

    page.dblclick("button.go")
    page.wait_for_url("**/a/**")

    assert len(set(led)) == 1


def test_a_double_click_is_one_question_without_scripts(visiting: Visiting) -> None:
    visitor = visiting(**DESKTOP, java_script_enabled=False)
    page = visitor.open("/")
    led = locations(page)
    page.fill("#text", "state:published")

    page.dblclick("button.go")
    page.wait_for_url("**/a/**")

    assert led
    assert len(set(led)) == 1


def test_back_leads_to_the_question_and_asking_it_again_to_the_same_answer(
    visitor: Visitor,
) -> None:
    page = visitor.open("/")
    ask(page, "state:published")
    page.wait_for_url("**/a/**")
    first = page.url

    page.go_back()
    page.wait_for_selector("#text")

    assert page.input_value("#text") == "state:published"
    assert page.locator("button.go").is_enabled()
    page.click("button.go")
    page.wait_for_url("**/a/**")
    assert page.url == first


def test_two_tabs_on_one_question_reach_one_answer(visitor: Visitor) -> None:
    page = visitor.open("/")
    ask(page, "state:slow")
    page.wait_for_url("**/q/*")
    other = visitor.page()
    other.goto(page.url)

    page.wait_for_url("**/a/**")
    other.wait_for_url("**/a/**")

    assert page.url == other.url


def test_goes_on_when_the_connection_is_back(visitor: Visitor) -> None:
    page = visitor.open("/")
    ask(page, "state:slow")
    page.wait_for_url("**/q/*")
    page.wait_for_selector("[data-step=screen][data-state=done]")

    visitor.context.set_offline(True)
    page.wait_for_selector("[data-offline]:visible")
    visitor.context.set_offline(False)
    page.wait_for_url("**/a/**")

    assert page.get_by_role("heading", name="The short answer").is_visible()
    # The browser itself notes each connection that was lost.
    visitor.seen.forgiven.append("ERR_INTERNET_DISCONNECTED")


def test_reads_the_answer_when_the_events_cannot_be_had(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.route("**/events*", lambda route: route.fulfill(status=204))
    ask(page, "state:published")

    page.wait_for_url("**/a/**")

    assert page.get_by_role("heading", name="The short answer").is_visible()


def test_says_that_questions_cannot_be_accepted_and_keeps_the_text(visitor: Visitor) -> None:
    page = visitor.open("/")
    ask(page, "state:away")

    page.wait_for_selector("#fault")

    assert page.input_value("#text") == "state:away"
    assert page.evaluate("document.activeElement.id") == "fault"
    assert page.get_by_text("call your local emergency number now").is_visible()
    visitor.seen.forgiven.append("status of 503")


def test_warns_of_names_and_numbers_while_they_are_typed(visitor: Visitor) -> None:
    page = visitor.open("/")
    warning = page.locator("#private")

    page.fill("#text", "What is MDS?")
    assert warning.is_hidden()
    for text in (
        "Write to jo@example.org",
        "Call 020 7946 0000 12",
        "My name is Jo",
        "On 3/4/1950",
    ):
        page.fill("#text", text)
        assert warning.is_visible(), text
    page.fill("#text", "What is MDS?")
    assert warning.is_hidden()


def test_an_example_fills_the_field(visitor: Visitor) -> None:
    page = visitor.open("/")

    page.locator(".examples a").nth(1).click()

    assert page.input_value("#text") == "What is iron deficiency anemia?"


def test_can_be_done_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("state:published")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/**")

    page.keyboard.press("Tab")  # from the title to the first link after it
    assert page.evaluate("document.activeElement.localName") == "a"
