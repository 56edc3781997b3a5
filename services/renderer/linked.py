"""Describe a signed answer to machines as linked data: schema.org in JSON-LD. Pure.

It says nothing about whether claims are true (no ClaimReview), and nothing of a review: no document
can say yet that there was one. Addresses are relative: the renderer does not know under which name
a page is served.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from caveat.readable import day
from services.renderer.core import page_of
from services.renderer.document import Node
from services.renderer.page import Page

LINKED_DATA = "application/ld+json"

# So that the text can stand in a page without ending its script element.
_IN_A_PAGE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def linked_data(document: Mapping[str, Any], sha256: str) -> bytes:
    """Describe a document whose bytes hash to `sha256`. Raises MalformedEvent."""
    described = _described(page_of(document, sha256), Node(document))
    return json.dumps(described, ensure_ascii=False, indent=2).translate(_IN_A_PAGE).encode()


def _described(page: Page, root: Node) -> dict[str, Any]:
    answered = root.child("dates").text_or_none("answered_at") or ""
    described = {
        "@context": "https://schema.org",
        # What says why there is no answer is a page about nothing medical.
        "@type": "MedicalWebPage" if page.published else "WebPage",
        "name": page.title,
        "url": f"/a/{page.answer_id}/{root.text('slug')}",
        "inLanguage": page.lang,
        "dateModified": answered,
        "about": _about(root.child_or_none("topic")),
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "citation": list(_citations(root)),
        "publisher": _organization(root.child("by").text("publisher")),
        "isAccessibleForFree": True,
        "identifier": {"@type": "PropertyValue", "propertyID": "sha256", "value": page.sha256},
    }
    return {name: value for name, value in described.items() if value not in (None, "", [])}


def _about(topic: Node | None) -> dict[str, Any] | None:
    if topic is None:
        return None
    codes = [
        {
            "@type": "MedicalCode",
            "codeValue": code.text("code"),
            "codingSystem": code.text("system"),
        }
        for code in topic.children("codes")
    ]
    about: dict[str, Any] = {"@type": "MedicalEntity", "name": topic.text("label")}
    return about | {"code": codes} if codes else about


def _citations(root: Node) -> Iterator[dict[str, Any]]:
    """Describe each cited source once, in the order of the numbers in the text."""
    sources = root.entries("sources")
    citations = sorted(root.entries("citations").values(), key=lambda one: one.number("n"))
    for source_id in dict.fromkeys(citation.text("source") for citation in citations):
        yield _work(sources[source_id])


def _work(source: Node) -> dict[str, Any]:
    rests_on = source.child_or_none("rests_on")
    work = {
        "@type": "CreativeWork",
        "name": source.text("title"),
        "publisher": _organization(source.text("publisher")),
        "datePublished": _date(source.text_or_none("published_on")),
        "dateModified": _date(source.text_or_none("updated_on")),
        "url": source.url("url"),
        "isBasedOn": rests_on
        and {
            "@type": "CreativeWork",
            "name": rests_on.text("title"),
            "publisher": _organization(rests_on.text("publisher")),
        },
    }
    return {name: value for name, value in work.items() if value}


def _organization(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _date(text: str | None) -> str:
    """Keep what a machine can read as a date."""
    return day(text).iso
