"""Every state is a page that can be read by everybody, at every width, light and dark."""

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route

from tests.browser.conftest import DESKTOP, NARROW, SIZES, Visiting, Visitor, path_of

STATES = (
    "published",
    "edited",
    "reframed",
    "fallback",
    "nothing_found",
    "too_little_left",
    "emergency",
    "crisis",
    "harmful",
    "out_of_scope",
    "injection",
    "language",
    "policy",
    "failed",
)
PATHS = {"ask": "/", "about": "/about", "nowhere": "/a/ans_nowhere/page"}
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]

Pictured = Callable[[Page, str], None]


def opened(visitor: Visitor, name: str) -> Page:
    """Open a state's page, one of the other pages, or one that is reached from an answer."""
    if name in PATHS:
        page = visitor.open(PATHS[name])
        if name == "nowhere":  # the browser itself complains of the status
            visitor.seen.forgiven.append("status of 404")
        return page
    if name == "waiting":
        page = visitor.open("/")
        page.fill("#text", "state:slow")
        page.click("button.go")
        page.wait_for_url("**/q/*")
        return page
    page = visitor.answer("published" if name == "citation" else name)
    if name == "citation":
        page.click(".sources summary")
        page.click("[data-quote] a")
        page.wait_for_url("**/c/**")
    return page


ALL = (*STATES, *PATHS, "waiting", "citation")


def complaints(page: Page) -> list[Any]:
    options = {"runOnly": {"type": "tag", "values": TAGS}}
    found = Axe().run(page, options=options).response["violations"]
    return [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]


def overflow(page: Page) -> int:
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ALL)
def test_axe_finds_nothing(visiting: Visiting, pictured: Pictured, name: str, size: str) -> None:
    page = opened(visiting(**SIZES[size]), name)

    pictured(page, f"{name}-{size}")

    assert complaints(page) == []
    assert overflow(page) == 0


def with_a_card(visitor: Visitor) -> Page:
    page = opened(visitor, "published")
    page.locator("a.chip").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector("#card")
    return page


def with_a_fault(visitor: Visitor) -> Page:
    page = visitor.open("/")
    page.fill("#text", "state:away")
    page.click("button.go")
    page.wait_for_selector("#fault")
    visitor.seen.forgiven.append("status of 503")
    return page


def without_a_connection(visitor: Visitor) -> Page:
    # The page itself has come; what it asks for afterwards does not, so no answer ends the state.
    visitor.seen.forgiven.append("ERR_INTERNET_DISCONNECTED")
    visitor.context.route("**/v1/questions/**", lambda route: route.abort("internetdisconnected"))
    page = opened(visitor, "waiting")
    page.wait_for_selector("[data-offline]:visible")
    page.evaluate("document.querySelector('[data-slow]').hidden = false")  # both banners at once
    return page


def that_is_verified(visitor: Visitor) -> Page:
    page = opened(visitor, "published")
    page.click("[data-verify] button")
    page.get_by_text("exactly what was signed").last.wait_for()
    return page


def that_is_replaced(visitor: Visitor) -> Page:
    path = path_of(visitor.url, "published")
    page = visitor.page()
    altered = re.compile(r'data-sha256="')

    def alter(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=altered.sub('data-sha256="0', response.text()))

    page.route("**/a/**", alter)
    page.goto(visitor.url + path)
    page.wait_for_selector("text=This page does not verify")
    return page


PASSING = (with_a_card, with_a_fault, without_a_connection, that_is_verified, that_is_replaced)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("reach", PASSING, ids=lambda reach: reach.__name__)
def test_axe_finds_nothing_in_what_passes(
    visiting: Visiting, pictured: Pictured, reach: Callable[[Visitor], Page], size: str
) -> None:
    page = reach(visiting(**SIZES[size]))

    pictured(page, f"{reach.__name__}-{size}")

    assert complaints(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("name", ["published", "edited", "emergency", "failed", *PATHS, "citation"])
def test_axe_finds_nothing_in_the_dark(visiting: Visiting, pictured: Pictured, name: str) -> None:
    page = opened(visiting(**DESKTOP, color_scheme="dark"), name)

    pictured(page, f"{name}-dark")

    assert complaints(page) == []


@pytest.mark.parametrize("name", ALL)
def test_reads_in_one_column_at_320_pixels(visiting: Visiting, name: str) -> None:
    """Which is also what 400 % zoom makes of a window of 1,280 pixels."""
    page = opened(visiting(**NARROW), name)

    assert overflow(page) == 0


@pytest.mark.parametrize("name", ALL)
def test_has_one_title_and_its_landmarks(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name)

    for role in ("banner", "main", "navigation"):
        assert page.get_by_role(role).first.is_visible()  # type: ignore[arg-type]
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    levels = [
        int(level)
        for level in page.locator("h1, h2, h3").evaluate_all("all => all.map(h => h.localName[1])")
    ]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", ["emergency", "crisis"])
def test_care_comes_first_and_alone(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name)

    first = page.locator("main article > *").first
    assert first.get_attribute("class") == "care"
    assert page.locator("article h2").count() == 0
    call = page.locator("a.call").first
    assert call.get_attribute("href") == {"emergency": "tel:911", "crisis": "tel:988"}[name]
    box = call.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900  # on the first screen
    assert box["height"] >= 44


def test_says_what_was_removed_and_why(visitor: Visitor) -> None:
    page = opened(visitor, "edited")

    told = page.locator(".checked").inner_text()

    assert "Removed: 2." in told
    assert "sentence removed:" in told


@pytest.mark.parametrize(
    "name",
    ["nothing_found", "harmful", "out_of_scope", "injection", "language", "policy", "failed"],
)
def test_a_page_without_an_answer_offers_a_way_on(visitor: Visitor, name: str) -> None:
    page = opened(visitor, name)

    page.get_by_role("link", name="Ask", exact=False).last.click()

    page.wait_for_url("**/")


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_keeps_its_meaning_in_other_ways_of_seeing(
    visiting: Visiting, media: dict[str, str]
) -> None:
    page = opened(visiting(**DESKTOP, **media), "waiting")

    assert page.get_by_text("Checking that your question is safe to answer").is_visible() or (
        page.get_by_text("Checked that your question is safe").is_visible()
    )
    if "reduced_motion" in media:
        moving = (
            "getComputedStyle(document.querySelector('[data-state=now]'), '::before').animationName"
        )
        assert page.evaluate(moving) == "none"


def test_a_page_is_small_and_complete_without_anybody_else(visiting: Visiting) -> None:
    visitor = visiting()
    path = path_of(visitor.url, "published")
    page = visitor.page()
    sizes: dict[str, int] = {}

    def weigh(request: Request) -> None:
        sizes[request.url] = request.sizes()["responseBodySize"]

    page.on("requestfinished", weigh)
    page.goto(visitor.url + path)
    page.wait_for_load_state("networkidle")

    # As sent, with the envelope and the keys that the page verifies itself with.
    assert len(sizes) >= 7
    assert sum(sizes.values()) < 60_000, sizes
