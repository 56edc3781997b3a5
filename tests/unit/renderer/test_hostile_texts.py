import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from markdown_it import MarkdownIt

from caveat.errors import MalformedEvent
from services.renderer.core import page_of
from services.renderer.presentation import HTML, MARKDOWN, TEXT
from tests.builders import a_document
from tests.unit.renderer.builders import PAGES, SHA256, Seen, rendered

# Our own addresses hold nothing but what the document's ids may be made of, encoded.
HARMLESS = re.compile(
    r"#|/(?![/\\])[^\s<>\"']*$|tel:\d|https://(example\.org/review|evil\.example)$"
)
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
            assert HARMLESS.match(href)


def test_html_shows_a_hostile_text_as_the_text_that_it_is() -> None:
    content = rendered(a_document(title="<script>alert(1)</script>"), HTML)

    assert content.count("<script") == 1  # our own
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
