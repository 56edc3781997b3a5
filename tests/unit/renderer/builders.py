"""Builders of the renderer's tests: pages of every kind, and what a reader sees of them."""

from html.parser import HTMLParser
from typing import Any

from services.renderer.core import page_of
from services.renderer.presentation import Presentation
from tests.builders import a_document, a_refusal

SHA256 = "ab" * 32
PRESENTATION = Presentation()


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
    document["by"]["fallback"] = {"composer": "model/m", "reason": "timeout"}
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
