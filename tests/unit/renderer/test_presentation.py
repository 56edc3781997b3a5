import copy
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from caveat.errors import DependencyMissing, MalformedEvent, PermanentError
from services.renderer.core import page_of
from services.renderer.presentation import HTML, MARKDOWN, MEDIA_TYPES, TEXT, Presentation
from tests.builders import QUOTE, a_document, a_refusal

SHA256 = "ab" * 32
PRESENTATION = Presentation()
SAFE_LINKS = {"https://example.org/review"}

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></textarea><svg onload=alert(1)>",
    "<!-- <a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "# Heading",
    "- item",
    "1. item",
    "> quote",
    "    code",
    "`code` ``` ~~~ *a* _b_ ~~c~~ | d |",
    "\\",
    "line\n\n# two\r\n<script>",
    "\x1b[31mred\x07",
    "\u202e<script>",
)


def rendered(document: dict[str, Any], media_type: str) -> str:
    return PRESENTATION.render(page_of(document, SHA256), media_type).decode()


class Seen(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(content)
        self.close()
        self.text = "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for found, value in self.attributes if found == name]


def a_full_document() -> dict[str, Any]:
    """Use every part that a page can have."""
    document = a_document()
    plain = document["sentences"]["s3"]
    document["sentences"]["s4"] = plain | {"text": "T cells are white blood cells."}
    document["sentences"]["s5"] = plain | {"text": "A cell of a table."}
    document["glossary"] = {"t1": {"term": "T cell", "sentence": "s4"}}
    document["sections"][0]["blocks"] += [
        {"type": "list", "ordered": True, "items": [["s1"], ["s4", "s5"]]},
        {"type": "table", "caption": "A table", "header": ["One", "Two"], "rows": [[["s5"], []]]},
    ]
    document["citations"]["c1"]["live_url"] = "https://example.org/review"
    document["citations"]["c1"]["locator"]["page"] = 7
    document["sources"]["src_two"] = document["sources"]["src_one"] | {"title": "Not quoted"}
    return document


PAGES = {
    "published": a_full_document(),
    "emergency": a_refusal(),
    "insufficient": a_full_document()
    | {
        "status": "insufficient_evidence",
        "summary": {"sentences": []},
        "outcome": a_refusal()["outcome"] | {"code": "nothing_found", "explain": ["s4"]},
    },
    "failed": a_refusal(status="failed", care=None, outcome=a_refusal()["outcome"] | {
        "code": "failed", "explain": ["s1", "s2"],
        "you_can": [{"label": "Help", "href": "https://example.org/review"}],
    }),
}  # fmt: skip


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_shows_every_sentence(document: dict[str, Any], media_type: str) -> None:
    content = rendered(document, media_type)

    for sentence in document["sentences"].values():
        assert sentence["text"] in content


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_says_how_to_verify_the_page(document: dict[str, Any], media_type: str) -> None:
    content = rendered(document, media_type)
    text = {
        TEXT: content,
        MARKDOWN: content.replace("`", ""),
        HTML: Seen(content).text,
    }[media_type]

    for expected in (
        document["id"],
        document["guard"]["decision_id"],
        document["trace_id"],
        SHA256,
        f"caveat verify {document['id']}",
        document["disclaimers"]["top"]["text"],
        document["disclaimers"]["closing"]["text"],
    ):
        assert expected in text


ORDER = (
    "Is CAR-T cell therapy available for MDS?",
    "Myelodysplastic syndromes (MDS)",
    "Written by software, not reviewed by a doctor · Evidence up to 22 November 2026",
    "The sources are demonstrations.",
    "This is general information.",
    "The short answer",
    QUOTE,
    "Where things stand",
    "What we could not find",
    "Questions to take to your appointment",
    "Which trials study CAR T-cell therapy for MDS?",
    "Where this comes from",
    "CAR T-cell therapy and MDS",
    "Caveat demonstration notes",
    "date unknown",
    "A review",
    "How this was checked",
    "Clinical sentences: 1. Cited: 1. Found in the stored source: 1. Removed: 1.",
    "consumer 2026.11.1",
    "1 sentence removed: it read as advice to one person (advice.directive)",
    "This is not medical advice.",
    "ans_0123456789abcdefghijklmnop",
    "dec_1",
    SHA256,
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "caveat verify",
)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_keeps_the_order_of_a_published_page(media_type: str) -> None:
    content = rendered(a_document(), media_type)
    if media_type == HTML:
        content = Seen(content.partition("<body>")[2]).text

    at = 0
    for expected in ORDER:
        found = content.find(expected, at)
        assert found >= 0, f"{expected!r} is missing or out of order"
        at = found + len(expected)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_an_emergency_page_begins_with_the_care_card(media_type: str) -> None:
    content = rendered(a_refusal(), media_type)
    if media_type == HTML:
        content = Seen(content.partition("<article")[2].partition(">")[2]).text
    order = [
        "Get help now",
        "Call emergency services now.",
        "Emergency services (US):",
        "911",
        "Call for help now",
        "This may be an emergency",
        "This page cannot help.",
        "Ask a general question later",
        "This is general information.",
        "This is not medical advice.",
    ]

    assert content.lstrip(" *\n").startswith("Get help now")
    places = [content.find(expected) for expected in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "How this was checked" not in content


def test_text_shows_each_source_with_its_address_and_quote() -> None:
    assert (
        "\n[1] CAR T-cell therapy and MDS\n"
        "    Caveat demonstration notes · demonstration note · date unknown\n"
        "    Rests on: A review, A journal (review article, 2022)\n"
        "    https://example.org/review\n"
        f'    "{QUOTE}" (Where things stand)\n'
    ) in rendered(a_document(), TEXT)


def test_text_ends_a_cited_sentence_with_its_number() -> None:
    assert f"\nThe short answer\n\n{QUOTE} [1]\n\n" in rendered(a_document(), TEXT)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_sets_one_space_between_the_sentences_of_a_paragraph(media_type: str) -> None:
    document = a_document()
    document["sections"][0]["blocks"] = [{"type": "paragraph", "sentences": ["s3", "s1", "s2"]}]
    told = [document["sentences"][name]["text"] for name in ("s3", "s1", "s2")]
    content = rendered(document, media_type)

    shown = Seen(content).text if media_type == HTML else content

    assert f"\n{told[0]} {told[1]} [1] {told[2]}\n" in shown


def test_text_sets_the_byline_of_an_unanswered_page_apart() -> None:
    content = rendered(PAGES["insufficient"], TEXT)

    assert "\n  - Ask a general question later\n\nWritten by software, not reviewed" in content


def test_text_never_holds_two_empty_lines_together() -> None:
    for document in PAGES.values():
        content = rendered(document, TEXT)
        assert "\n\n\n" not in content
        assert content.endswith(f"\nverify: caveat verify {document['id']}\n")


def test_html_links_a_sentence_to_its_source() -> None:
    content = rendered(a_document(), HTML)

    assert (
        f'{QUOTE}</span> <a role="doc-biblioref" href="#src-1" '
        'aria-label="Source 1, Caveat demonstration notes">[1]</a>'
    ) in content
    assert '<li id="src-1" value="1">' in content


def test_html_leads_to_the_original_the_help_and_the_telephone() -> None:
    assert set(Seen(rendered(a_full_document(), HTML)).values("href")) == {
        "#answer",
        "#src-1",
        "https://example.org/review",
    }
    assert set(Seen(rendered(a_refusal(), HTML)).values("href")) == {"#answer", "tel:911", "/"}


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_html_is_a_whole_page_with_landmarks_and_no_duplicate_ids(
    document: dict[str, Any],
) -> None:
    content = rendered(document, HTML)
    seen = Seen(content)

    assert content.startswith('<!doctype html>\n<html lang="en" dir="ltr">')
    for once in ("title", "main", "article", "h1", "footer"):
        assert seen.tags.count(once) == 1
    ids = seen.values("id")
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in seen.values("href") if href.startswith("#")]
    assert set(targets) | set(seen.values("aria-labelledby")) <= set(ids)


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_html_closes_every_element_it_opens(document: dict[str, Any]) -> None:
    open_elements: list[str] = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag != "meta":
                open_elements.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_elements.pop() == tag

    Balanced().feed(rendered(document, HTML))
    assert open_elements == []


def test_html_needs_no_script_and_no_style_of_its_own() -> None:
    for document in PAGES.values():
        seen = Seen(rendered(document, HTML))

        assert not {"script", "style", "iframe", "img", "form", "object"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name == "style" or name[:2] == "on"]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_renders_the_same_bytes_from_the_same_document(media_type: str) -> None:
    shuffled = dict(reversed(a_full_document().items()))
    shuffled["sources"] = dict(reversed(shuffled["sources"].items()))

    assert rendered(shuffled, media_type) == rendered(a_full_document(), media_type)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_page_without_an_answer_does_not_date_the_evidence_it_does_not_have(
    media_type: str,
) -> None:
    undated = {"dates": a_document()["dates"] | {"evidence_as_of": None}}

    assert "Evidence" not in rendered(PAGES["insufficient"] | undated, media_type)
    assert "Evidence date unknown" in rendered(a_document(**undated), media_type)


def test_a_page_that_a_person_reviewed_does_not_say_otherwise() -> None:
    document = a_document()
    document["by"]["human_review"] = {"reviewed_on": "2026-11-22"}

    assert "reviewed by a person" in rendered(document, TEXT)
    assert "not reviewed" not in rendered(document, TEXT)


@pytest.mark.parametrize("media_type", ["", "text/htm", "application/pdf"])
def test_names_the_media_types_it_knows(media_type: str) -> None:
    with pytest.raises(PermanentError, match="known: text/plain, text/markdown, text/html"):
        PRESENTATION.render(page_of(a_document(), SHA256), media_type)


def test_does_not_start_without_its_templates(tmp_path: Path) -> None:
    with pytest.raises(DependencyMissing, match=r"page\.txt\.j2 cannot be used"):
        Presentation(tmp_path)


# --- hostile strings -----------------------------------------------------------------------------


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name the place of every string in a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in children:
        if isinstance(value, str):
            yield (*path, key)
        elif isinstance(value, dict | list):
            yield from places(value, (*path, key))


def poison(document: dict[str, Any], place: tuple[Any, ...], text: str) -> None:
    node: Any = document
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = text


def free_places(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Name the places where any text is accepted: elsewhere it would be a code or a reference."""
    free = []
    for place in places(document):
        copied = copy.deepcopy(document)
        poison(copied, place, HOSTILE[0])
        try:
            page_of(copied, SHA256)
        except MalformedEvent:
            continue
        free.append(place)
    return free


@pytest.fixture(scope="module")
def poisoned_pages() -> list[dict[str, Any]]:
    """Write each hostile text into every place of every page that accepts it."""
    poisoned = []
    for document in PAGES.values():
        free = free_places(document)
        assert len(free) > 40
        for text in HOSTILE:
            copied = copy.deepcopy(document)
            for place in free:
                poison(copied, place, text)
            poisoned.append(copied)
    return poisoned


def test_no_text_of_a_document_becomes_markup_in_html(
    poisoned_pages: list[dict[str, Any]],
) -> None:
    tags = {tag for document in PAGES.values() for tag in Seen(rendered(document, HTML)).tags}
    attributes = {
        name for document in PAGES.values() for name, _ in Seen(rendered(document, HTML)).attributes
    }

    for document in poisoned_pages:
        content = rendered(document, HTML)
        seen = Seen(content)
        assert set(seen.tags) <= tags
        assert {name for name, _ in seen.attributes} <= attributes
        for href in seen.values("href"):
            assert re.match(r"(#|/$|tel:\d|https://(example\.org/review|evil\.example)$)", href)


def test_html_shows_a_hostile_text_as_the_text_that_it_is() -> None:
    content = rendered(a_document(title="<script>alert(1)</script>"), HTML)

    assert "<script" not in content
    assert Seen(content).text.count("<script>alert(1)</script>") == 2


def test_no_text_of_a_document_becomes_markup_in_markdown(
    poisoned_pages: list[dict[str, Any]],
) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    kinds: set[str] = set()
    for document in PAGES.values():
        kinds |= {kind for kind, _ in markdown_parts(parser, rendered(document, MARKDOWN))}

    for document in poisoned_pages:
        content = rendered(document, MARKDOWN)
        for kind, href in markdown_parts(parser, content):
            assert kind in kinds
            assert kind not in ("html_inline", "html_block", "image", "fence", "code_block")
            assert href in ("", *SAFE_LINKS), "a text became a link"
        assert not re.search(r"(?<!<)https?://evil|(?<!\\)\bwww\.evil", content)
        assert "<script" not in content
        assert "<img" not in content


def markdown_parts(parser: MarkdownIt, content: str) -> Iterator[tuple[str, str]]:
    for token in parser.parse(content):
        yield token.type, ""
        for child in token.children or ():
            yield child.type, str(child.attrs.get("href", ""))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_reads_back_as_the_sentence_that_was_written(text: str) -> None:
    document = a_document()
    document["sentences"]["s1"]["text"] = text
    expected = page_of(document, SHA256).summary[0].text.strip()

    parsed = MarkdownIt("commonmark").parse(rendered(document, MARKDOWN))

    inline = [token for token in parsed if token.type == "inline"]
    shown = ["".join(c.content for c in token.children or ()) for token in inline]
    assert f"{expected} [1]" in [re.sub(r"^\s+", "", text) for text in shown]


def test_no_text_of_a_document_commands_a_terminal_or_opens_a_tag(
    poisoned_pages: list[dict[str, Any]],
) -> None:
    for document in poisoned_pages:
        content = rendered(document, TEXT)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", content)
        assert not re.search(r"<[A-Za-z/!?]", content)


def test_text_leaves_a_comparison_as_it_is() -> None:
    document = a_document()
    document["sentences"]["s1"]["text"] = "A count <20 and p < 0.05 & n>3."

    assert "A count <20 and p < 0.05 & n>3. [1]" in rendered(document, TEXT)
