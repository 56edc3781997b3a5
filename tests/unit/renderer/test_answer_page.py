"""The answer page as a browser gets it."""

from html.parser import HTMLParser
from typing import Any

import pytest

from services.renderer.presentation import HTML
from tests.builders import QUOTE, a_document, a_refusal
from tests.unit.renderer.builders import PAGES, SHA256, Seen, a_full_document, rendered

VOID = {"meta", "link", "input"}
OF_EVERY_PAGE = {"/", "/about", "/about#verify", "/static/caveat.css", "/static/mark.svg"}


def of_answer(document: dict[str, Any]) -> set[str]:
    address = f"/v1/answers/{document['id']}?version=1"
    forms = {f"{address}&format={form}" for form in ("text", "markdown", "json")}
    return {address, "#main", *forms, *OF_EVERY_PAGE}


def test_a_chip_leads_to_its_source_and_says_who_and_when() -> None:
    content = rendered(a_document(), HTML)

    assert (
        f'{QUOTE}</span> <a class="chip" role="doc-biblioref" href="#src-1" data-citation="c1" '
        'aria-label="Source 1 Demo note, A journal 2022">'
        "<b>1</b> <span>Demo note, A journal 2022</span></a>"
    ) in content
    assert '<li id="src-1" value="1">' in content
    assert 'data-quote="c1"' in content


def test_leads_to_the_original_the_context_the_help_and_the_telephone() -> None:
    document = a_full_document()
    published = set(Seen(rendered(document, HTML)).values("href")) - of_answer(document)
    refused = set(Seen(rendered(a_refusal(), HTML)).values("href")) - of_answer(document)

    assert published == {
        "#src-1",
        "#sources",
        "#questions",
        "#checked",
        f"/c/{document['id']}/c1?version=1",
        "https://example.org/review",
    }
    assert refused == {"tel:911"}


def test_shows_each_sentence_as_it_was_signed() -> None:
    document = a_full_document()
    told: dict[str, set[str]] = {}

    class Told(HTMLParser):
        inside = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.inside = dict(attrs).get("data-sentence") or ""

        def handle_data(self, data: str) -> None:
            if self.inside:
                told.setdefault(self.inside, set()).add(data)

        def handle_endtag(self, tag: str) -> None:
            self.inside = ""

    Told().feed(rendered(document, HTML))

    assert told == {s: {v["text"]} for s, v in document["sentences"].items()}


def test_an_emergency_shows_nothing_that_competes() -> None:
    seen = Seen(rendered(a_refusal(), HTML))

    assert seen.tags.count("h1") == 1
    assert not {"h2", "h3", "table"} & set(seen.tags)
    assert seen.text.index("911") < seen.text.index("This page cannot help.")


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_is_a_whole_page_with_landmarks_and_no_duplicate_ids(document: dict[str, Any]) -> None:
    content = rendered(document, HTML)
    seen = Seen(content)

    assert content.startswith('<!doctype html>\n<html lang="en" dir="ltr">')
    for once in ("title", "main", "article", "h1", "header", "nav", "footer"):
        assert seen.tags.count(once) == 1
    ids = seen.values("id")
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in seen.values("href") if href.startswith("#")]
    assert set(targets) | set(seen.values("aria-labelledby")) | set(seen.values("for")) <= set(ids)


def test_lists_the_contents_of_a_long_page() -> None:
    document = a_document()
    section = document["sections"][0]

    document["sections"] = [section] * 4
    assert "On this page" not in rendered(document, HTML)
    document["sections"] = [section] * 5
    assert "On this page" in rendered(document, HTML)


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_closes_every_element_it_opens(document: dict[str, Any]) -> None:
    open_elements: list[str] = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in VOID:
                open_elements.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_elements.pop() == tag

    Balanced().feed(rendered(document, HTML))
    assert open_elements == []


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_holds_no_script_and_no_style_of_its_own(document: dict[str, Any]) -> None:
    content = rendered(document, HTML)
    seen = Seen(content)

    assert not {"style", "iframe", "img", "object"} & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name == "style" or name[:2] == "on"]
    assert seen.values("src") == ["/static/answer.js"]
    assert '<script type="module" src="/static/answer.js"></script>' in content


def test_names_what_was_signed_for_the_script_that_verifies_it() -> None:
    document = a_document()

    assert (f'data-answer="{document["id"]}" data-version="1" data-sha256="{SHA256}"') in rendered(
        document, HTML
    )
